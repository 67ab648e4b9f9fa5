// Plain JavaScript for any Node version: installs the rest (packages, Node 24, ClamAV), then runs the given command.
// Safe to repeat; does nothing when nothing is missing. Only the command writes to stdout.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function stop(text) {
  say(text);
  process.exit(1);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (error || status !== 0) {
    stop(`\`${command} ${args.join(' ')}\` failed${error ? `: ${error.message}` : ` with exit code ${status}`}`);
  }
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(modules, '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing the npm packages of package-lock.json, Node 24 among them (about a minute)');
  run('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund']);
  writeFileSync(stamp, lock);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
  return folders.some((folder) => isExecutable(join(folder, name)));
}

function installFromDistribution({ what, probes, packages, elsewhere }) {
  if (probes.every(onPath)) return;
  const names = packages.join(' ');
  if (!onPath('apt-get')) {
    stop(`${what} is missing and this is not Debian or Ubuntu. ${elsewhere}, then run this again.`);
  }
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
  if (asRoot.length > 0 && !onPath('sudo')) {
    stop(`${what} is missing. As root, run \`apt-get install --no-install-recommends ${names}\`, then run this again.`);
  }
  say(`installing ${names} from the distribution`);
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', '-qq', ...args];
    run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
}

const CLAMAV = {
  what: 'ClamAV',
  probes: ['clamd', 'freshclam'],
  packages: ['clamav-daemon', 'clamav-freshclam'],
  elsewhere:
    'Install it so that `clamd` and `freshclam` are on the PATH ' +
    '(macOS: `brew install clamav`; Fedora: `dnf install clamd clamav-freshclam`; Arch: `pacman -S clamav`)',
};

/** Only for `npm run test:ceph`. */
const CEPH = {
  what: 'Ceph',
  probes: ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph', 'ceph-authtool', 'monmaptool'],
  packages: ['radosgw', 'ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph-common'],
  elsewhere:
    'Install its RADOS gateway, monitor, manager, OSD and command line so that they are on the PATH (Linux only)',
};

/** Only for `npm run test:image`. */
const IMAGE = {
  what: 'What builds the image without Docker',
  probes: ['buildah', 'mmdebstrap', 'mount'],
  packages: ['buildah', 'mmdebstrap', 'mount', 'debian-archive-keyring'],
  elsewhere: 'This needs Debian or Ubuntu: build with Docker as `cdk deploy` does',
};

/** Only for `npm run test:browser`. */
const BROWSER = {
  what: 'Chromium',
  probes: ['chromium'],
  packages: ['chromium'],
  elsewhere: 'Install it so that `chromium` is on the PATH',
};

const EXTRAS = { '--ceph': CEPH, '--image': IMAGE, '--browser': BROWSER };

const given = process.argv.slice(2);
const extra = EXTRAS[given[0]];
const [command, ...args] = extra === undefined ? given : given.slice(1);
if (command === undefined) stop('usage: node local/setup.mjs [--ceph | --image | --browser] COMMAND [ARGUMENT…]');
if (extra === IMAGE && (process.getuid?.() !== 0 || process.platform !== 'linux' || process.arch !== 'x64')) {
  stop('the image is built and entered as root, on Linux on x86_64 (Debian or Ubuntu): sudo npm run test:image');
}
installPackages();
installFromDistribution(CLAMAV);
if (extra !== undefined) installFromDistribution(extra);

const path = [join(modules, '.bin'), process.env.PATH].join(delimiter);
const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path } });
// The terminal sends Ctrl-C to the child too; here it must not end the wait for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => stop(`cannot run ${command}: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (osConstants.signals[signal] ?? 0)));
