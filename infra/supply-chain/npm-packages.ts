import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../repository-root.ts';
import { type Bom, isForDevelopment } from './cyclonedx.ts';

const execute = promisify(execFile);

/** Bytes; measured 1.1 million. */
const MAX_OUTPUT = 64_000_000;

/** The folders with a lock file, from the root of the repository. */
export const LOCKED_FOLDERS = ['.', 'infra/scanner/runtime', 'infra/scanner/bundler'] as const;

export type LockedFolder = (typeof LOCKED_FOLDERS)[number];

/** The packages of a lock file, for every platform, as npm itself lists them; installs nothing and asks no registry. */
export async function npmPackages(folder: LockedFolder): Promise<Bom> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const { stdout } = await execute('npm', args, { cwd: join(ROOT, folder), maxBuffer: MAX_OUTPUT });
  return JSON.parse(stdout);
}

/** Without development. Not npm's `--omit=dev`, which leaves out what development uses as well (npm 11.19). */
export function deployedOf({ components, dependencies, metadata }: Bom): Bom {
  const deployed = components.filter((component) => !isForDevelopment(component));
  const refs = new Set([metadata.component, ...deployed].map((component) => component['bom-ref']));
  return {
    metadata,
    components: deployed,
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) })),
  };
}
