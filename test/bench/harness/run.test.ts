import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-run-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string) {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return { name, benchmark: { file }, args: [] };
}
const runAll = (runs: ReturnType<typeof program>[], signal = new AbortController().signal) =>
  run({ json: false, quick: false, runs }, signal);
const REPORT = (figure: string) =>
  `process.send({ result: { name: 'a', figure: ${figure}, unit: '', target: { atMost: 1 } } });`;

it('collects what each program reports', async () => {
  const ran = await runAll([program('one', REPORT('1')), program('two', REPORT('NaN'))]);
  expect(ran).toEqual({
    results: [
      { benchmark: 'one', name: 'a', figure: 1, unit: '', target: { atMost: 1 }, passed: true },
      { benchmark: 'two', name: 'a', figure: Number.NaN, unit: '', target: { atMost: 1 }, passed: false },
    ],
    broken: [],
  });
});

it('says which program failed, keeps what it had reported, and runs the others', async () => {
  const { results, broken } = await runAll([
    program('bad', `${REPORT('1')} process.exitCode = 3;`),
    program('good', REPORT('0')),
  ]);
  expect([results.map(({ benchmark }) => benchmark), broken]).toEqual([['bad', 'good'], ['bad (3)']]);
});

it('ends the program that runs when it is interrupted, lets it remove what it made, and starts no other', async () => {
  const made = join(folder, 'made');
  const controller = new AbortController();
  const slow = `
    import { rmSync, writeFileSync } from 'node:fs';
    process.on('SIGTERM', () => { rmSync(${JSON.stringify(made)}); process.exit(143); });
    setInterval(() => undefined, 60_000);
    writeFileSync(${JSON.stringify(made)}, String(process.pid));`;
  const watcher = watch(folder);
  const appeared = (async () => {
    while (!existsSync(made) || readFileSync(made, 'utf8') === '') await once(watcher, 'change');
  })();
  const running = runAll([program('slow', slow), program('next', REPORT('1'))], controller.signal);
  await appeared;
  watcher.close();
  controller.abort();
  const { results, broken } = await running;
  expect([results, broken, existsSync(made)]).toEqual([[], ['slow (143)'], false]);
});
