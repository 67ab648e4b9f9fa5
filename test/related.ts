import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SUITES, suitesOf } from './suites.js';
import { ImportGraph } from './support/related-tests.ts';

/*
 * `npm run test:related`: the tests nearest to a change, in seconds: those that import a changed file, or import what
 * imports it. `jest --findRelatedTests` takes all that reach it over any number of imports: for much of the domain,
 * nearly all.
 */
const USAGE = `usage: npm run test:related -- [--all] [--since REVISION | FILE…]
  the tests of FILE…, of what changed since REVISION, or of what is not committed
  --all   every test that reaches them, scenarios too
  Of the suites that need more than Node and ClamAV it only names the commands.`;
const ROOT = join(import.meta.dirname, '..');
/** Imports between a change and its tests. */
const NEAR = 2;

function git(...args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout.split('\0').filter((name) => name !== '');
}

function changedFiles(revision: string): string[] {
  const untracked = git('ls-files', '--others', '--exclude-standard', '-z');
  return [...git('diff', '--name-only', '-z', revision, '--'), ...untracked];
}

function named(file: string): string {
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  return relative(ROOT, resolve(file));
}

/** Of the same part of the project, up to `NEAR` imports away; where there are none, the nearest there are. */
function nearest(changed: string, distances: ReadonlyMap<string, number>): string[] {
  const tests = [...distances].filter(([file]) => isTest(file));
  const part = changed.startsWith('test/') ? changed.split('/')[1] : changed.split('/')[0];
  const near = tests.filter(([file, distance]) => distance <= NEAR && file.startsWith(`test/${part}/`));
  const closest = Math.min(...tests.map(([, distance]) => distance));
  const found = near.length > 0 ? near : tests.filter(([, distance]) => distance === closest);
  return found.map(([file]) => file);
}

const isTest = (file: string) => file.endsWith('.test.ts');

/** `npm test` and the suites whose needs it installs, with their configurations. */
const RUN_HERE = new Map([
  ['test', 'jest.config.js'],
  ['pipeline', 'test/scenarios/jest.config.js'],
  ['infra', 'test/infra/jest.config.js'],
]);

function main(): number {
  const { values, positionals } = parseArgs({
    options: { all: { type: 'boolean', default: false }, since: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.since !== undefined && positionals.length > 0) throw new Error('--since and files exclude each other');
  const changed = positionals.length > 0 ? positionals.map(named) : changedFiles(values.since ?? 'HEAD');
  const graph = new ImportGraph(ROOT);
  const tests = changed.flatMap((file) => {
    const distances = graph.importersOf([file]);
    return values.all ? [...distances.keys()].filter(isTest) : nearest(file, distances);
  });
  const files = [...new Set(tests)].filter((file) => existsSync(join(ROOT, file))).sort();
  console.error(`${changed.length} changed files, ${files.length} test files`);
  const bySuite = Map.groupBy(files, (file) => suitesOf(file)[0] ?? 'test');
  const elsewhere = Object.keys(SUITES).filter((suite) => bySuite.has(suite) && !RUN_HERE.has(suite));
  for (const suite of elsewhere) console.error(`not run here: npm run test:${suite}`);
  const codes = [...RUN_HERE].map(([suite, configuration]) => run(configuration, bySuite.get(suite) ?? []));
  return Math.max(...codes);
}

function run(configuration: string, files: readonly string[]): number {
  if (files.length === 0) return 0;
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const options = ['--disable-warning=ExperimentalWarning', jest, `--config=${configuration}`, '--runTestsByPath'];
  const { status } = spawnSync(process.execPath, [...options, ...files], { cwd: ROOT, stdio: 'inherit' });
  return status ?? 1;
}

try {
  process.exitCode = main();
} catch (fault) {
  console.error(`${(fault as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}
