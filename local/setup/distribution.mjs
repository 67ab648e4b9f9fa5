import { spawnSync } from 'node:child_process';
import { say, stop } from './messages.mjs';
import { onPath, run } from './programs.mjs';

/** Seconds that apt-get waits while another process installs packages. */
const APT_LOCK_SECONDS = 600;

const INSTALL = 'apt-get install --no-install-recommends';

export const isInstalled = ({ probes, gems = [] }) => probes.every(onPath) && hasGems(gems);

/** Whether Ruby, which is on the PATH, would find them. */
function hasGems(gems) {
  if (gems.length === 0) return true;
  return spawnSync('ruby', ['-e', 'ARGV.each { |name| gem name }', ...gems], { stdio: 'ignore' }).status === 0;
}

/**
 * The prefix of the commands that install packages of Debian or Ubuntu, or why this account cannot.
 *
 * @param machine `apt` and `sudo`: whether they are on the PATH; `maySudo`: asks sudo
 */
export function howToInstall({ what, packages, elsewhere }, { apt, root, sudo, maySudo }) {
  if (!apt) return { fault: `${what} is missing and this is not Debian or Ubuntu. ${elsewhere}, then run this again.` };
  if (root) return { prefix: [] };
  const command = `${INSTALL} ${packages.join(' ')}`;
  if (!sudo) return { fault: `${what} is missing. As root, run \`${command}\`, then run this again.` };
  if (maySudo()) return { prefix: ['sudo'] };
  return {
    fault:
      `${what} is missing, and sudo does not let this account install it. Somebody who may has to run ` +
      `\`sudo ${command}\`; then run this again.`,
  };
}

export function installFromDistribution(need) {
  const { prefix, fault } = howToInstall(need, {
    apt: onPath('apt-get'),
    root: process.getuid?.() === 0,
    sudo: onPath('sudo'),
    maySudo: mayRunAptGet,
  });
  if (fault !== undefined) stop(fault);
  say(`installing ${need.packages.join(' ')} from the distribution`);
  const apt = (...args) => {
    const options = ['-qq', '-o', `DPkg::Lock::Timeout=${APT_LOCK_SECONDS}`];
    const [command, ...rest] = [...prefix, 'apt-get', ...options, ...args];
    run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...need.packages);
}

/** Asks for a password only where somebody can type it. */
function mayRunAptGet() {
  const silent = spawnSync('sudo', ['-n', 'apt-get', '--version'], { stdio: 'ignore' });
  if (silent.status === 0) return true;
  if (!process.stdin.isTTY) return false;
  say('sudo asks for your password to install packages');
  return spawnSync('sudo', ['-v'], { stdio: ['inherit', 2, 2] }).status === 0;
}
