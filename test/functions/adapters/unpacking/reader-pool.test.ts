import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cwd, execPath } from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createReaderPool,
  type ReaderPool,
  type ReaderRun,
} from '../../../../functions/adapters/unpacking/reader-pool.ts';
import { CRASH, forever, Program } from '../../../support/hostile-reader.ts';
import { threadsNamed } from '../../../support/processes.ts';

let root = '';
let pool: ReaderPool;
let runs = 0;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pool-'));
  writeFileSync(join(root, 'input'), 'INPUT');
});
afterEach(async () => {
  await pool.close();
  rmSync(root, { recursive: true });
});

function poolOf(code: Uint8Array, threads = 1): ReaderPool {
  const binary = join(root, 'reader.wasm');
  writeFileSync(binary, code);
  pool = createReaderPool({ binary, threads });
  return pool;
}
function task(changes: Partial<ReaderRun> = {}): ReaderRun {
  const folder = join(root, String(runs++));
  mkdirSync(folder);
  const input = { path: join(root, 'input'), size: 5 };
  const limits = { bytes: 1000, files: 10 };
  return { arguments: [], input, folder, limits, memoryBytes: 8 * 1024 * 1024, ...changes };
}
/** Prints what it finds in its input, and gives 3. */
const WORKS = new Program().show('/in/input').assemble(3);
const HANGS = new Program().do(forever([])).assemble();
const CRASHES = new Program().do(CRASH).assemble();

it('runs one task after another', async () => {
  const { run } = poolOf(WORKS);
  for (let turn = 0; turn < 3; turn++) {
    expect(await run(task(), 10_000)).toMatchObject({ exitCode: 3, output: '\n</in/input>INPUT</>\n' });
  }
});

it('runs more tasks than it has threads, and tells each how long it waited', async () => {
  const { run } = poolOf(HANGS);
  const waited: number[] = [];
  const outcomes = await Promise.all(
    [1, 2, 3].map(() => run(task(), 300, (milliseconds) => waited.push(milliseconds))),
  );
  expect(outcomes).toEqual(Array(3).fill({ lost: 'time' }));
  expect(waited).toHaveLength(3);
  const [first = 0, second = 0, third = 0] = waited;
  expect(first).toBeLessThan(second);
  expect(second).toBeGreaterThanOrEqual(290);
  expect(third).toBeGreaterThanOrEqual(590);
});

it('runs as many at the same time as it has threads', async () => {
  const { run } = poolOf(HANGS, 3);
  const waited: number[] = [];
  await Promise.all([1, 2, 3].map(() => run(task(), 1000, (milliseconds) => waited.push(milliseconds))));
  for (const milliseconds of waited) expect(milliseconds).toBeLessThan(900);
});

it.each([
  ['time', HANGS],
  ['a fault', CRASHES],
])('goes on after one that was lost to %s', async (_, code) => {
  const { run } = poolOf(code);
  const outcomes = [];
  for (let turn = 0; turn < 3; turn++) outcomes.push(await run(task(), 300));
  for (const outcome of outcomes) expect(outcome).not.toHaveProperty('exitCode');
});

it('gives no time where none is left', async () => {
  const { run } = poolOf(WORKS);
  expect(await run(task(), 0)).toEqual({ lost: 'time' });
  expect(await run(task(), 10_000)).toMatchObject({ exitCode: 3 });
});

it('tells of a task that its thread could not begin', async () => {
  const { run } = poolOf(WORKS);
  const outcome = await run(task({ input: { path: join(root, 'missing'), size: 5 } }), 10_000);
  expect(outcome).toEqual({ output: '', files: 0, bytes: 0, linkBytes: 0, fault: 'ENOENT' });
});

describe('a reader that is missing or broken', () => {
  it('is a crash, until it is there', async () => {
    pool = createReaderPool({ binary: join(root, 'later.wasm'), threads: 1 });
    expect(await pool.run(task(), 1000)).toEqual({ lost: 'crash' });
    writeFileSync(join(root, 'later.wasm'), 'no code');
    expect(await pool.run(task(), 1000)).toEqual({ lost: 'crash' });
    writeFileSync(join(root, 'later.wasm'), WORKS);
    expect(await pool.run(task(), 10_000)).toMatchObject({ exitCode: 3 });
  });
});

it('loses what it runs when it is closed', async () => {
  const { run } = poolOf(HANGS);
  const running = run(task(), 20_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await pool.close();
  expect(await running).toEqual({ lost: 'crash' });
});

/** A process of its own, whose pool of one thread runs that many tasks. */
function processThatRuns(tasks: number) {
  poolOf(WORKS);
  const script = `
    import { createReaderPool } from ${JSON.stringify(join(cwd(), 'functions/adapters/unpacking/reader-pool.ts'))};
    const pool = createReaderPool({ threads: 1, binary: ${JSON.stringify(join(root, 'reader.wasm'))} });
    for (const task of ${JSON.stringify(Array.from({ length: tasks }, () => task()))}) {
      console.log((await pool.run(task, 20000)).exitCode);
    }
  `;
  return spawnSync(execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', timeout: 20_000 });
}

it('keeps no process alive', () => {
  const { stdout, status } = processThatRuns(1);
  expect([stdout.trim(), status]).toEqual(['3', 0]);
});

it('lets go of the thread after each run: Node.js warns of the eleventh listener', () => {
  const { stdout, stderr } = processThatRuns(12);
  expect([stdout.trim().split('\n'), stderr]).toEqual([Array(12).fill('3'), '']);
});

it('ends the thread of a run that is cut off, and gives its turn to the next', async () => {
  const { run } = poolOf(HANGS);
  const [first, second] = [new AbortController(), new AbortController()];
  const begun = Promise.withResolvers<void>();
  const reason = (fault: Error) => fault.message;
  const running = run(task(), 100_000, () => begun.resolve(), first.signal).catch(reason);
  const waiting = run(task(), 100_000, undefined, second.signal).catch(reason);
  await begun.promise;
  second.abort(new Error('while it waited'));
  expect(await waiting).toBe('while it waited');
  const last = run(task(), 300);
  first.abort(new Error('while it ran'));
  expect(await running).toBe('while it ran');
  expect(await last).toEqual({ lost: 'time' });
  await expect(run(task(), 100_000, undefined, first.signal)).rejects.toThrow('while it ran');
  expect(threadsNamed('archive reader')).toBe(0);
});
