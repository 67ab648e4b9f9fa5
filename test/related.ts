import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import config from '../jest.config.js';

/*
 * `npm run test:related`: the tests that a change can break, in seconds. Scenarios start the whole pipeline, so only
 * those that were changed themselves, or `--scenarios`, run.
 */
const USAGE =
  'usage: npm run test:related -- [--scenarios] [--since REVISION | FILE…]   (default: what is not committed)';
const ROOT = join(import.meta.dirname, '..');

function jestArguments(): string[] {
  const { values, positionals } = parseArgs({
    options: { scenarios: { type: 'boolean', default: false }, since: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.since !== undefined && positionals.length > 0) throw new Error('--since and files exclude each other');
  const changes = values.since === undefined ? ['--onlyChanged'] : [`--changedSince=${values.since}`];
  const scenarios = values.scenarios ? [] : ['<rootDir>/test/scenarios/'];
  const ignored = [...config.testPathIgnorePatterns, ...scenarios];
  return [
    ...ignored.map((pattern) => `--testPathIgnorePatterns=${pattern}`),
    '--passWithNoTests',
    ...(positionals.length > 0 ? ['--findRelatedTests', ...positionals] : changes),
  ];
}

try {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const { status } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...jestArguments()],
    { cwd: ROOT, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} catch (fault) {
  console.error(`${fault instanceof Error ? fault.message : fault}\n${USAGE}`);
  process.exitCode = 2;
}
