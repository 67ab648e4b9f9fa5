import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCommand } from '../../infra/package/bundle-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/s3-airlock/command');
const SOURCES = [
  'cli/**/*',
  'console/**/*',
  'functions/**/*.ts',
  'infra/**/*.ts',
  'local/*.ts',
  'package-lock.json',
  'package.json',
];

/** The command as the package has it, bundled once until its sources change: `airlock.js`. */
export async function bundledCommand(): Promise<string> {
  const root = join(CACHE, fingerprint());
  const command = join(root, 'cli/airlock.js');
  if (statSync(command, { throwIfNoEntry: false }) !== undefined) return command;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(join(CACHE, 'unfinished-'));
  await bundleCommand(unfinished);
  try {
    renameSync(unfinished, root);
  } catch {
    // Another test was faster.
    rmSync(unfinished, { recursive: true });
  }
  return command;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort()) {
    const { mtimeMs, size } = statSync(join(ROOT, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}
