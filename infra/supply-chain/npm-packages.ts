import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../repository-root.ts';
import type { Bom } from './cyclonedx.ts';

const execute = promisify(execFile);

/** Bytes; measured 1.1 million. */
const MAX_OUTPUT = 64_000_000;

/** The folders with a lock file, from the root of the repository. */
export const LOCKED_FOLDERS = ['.', 'infra/scanner/runtime', 'infra/scanner/bundler'] as const;

export type LockedFolder = (typeof LOCKED_FOLDERS)[number];

/**
 * The packages of a lock file, for every platform, as npm itself lists them; installs nothing and asks no registry.
 *
 * @param omit 'dev': only what is deployed
 */
export async function npmPackages(folder: LockedFolder, omit?: 'dev'): Promise<Bom> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', ...(omit ? ['--omit', omit] : [])];
  const { stdout } = await execute('npm', args, { cwd: join(ROOT, folder), maxBuffer: MAX_OUTPUT });
  return JSON.parse(stdout);
}
