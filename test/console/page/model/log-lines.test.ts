import { expect, it } from '@jest/globals';
import { ExecutionList } from '../../../../console/page/model/execution-list.ts';
import { takeLines } from '../../../../console/page/model/log-lines.ts';

const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:express:M:${name}:run`;
const line = (name: string, type: string, time: number, details: object = {}) =>
  JSON.stringify({ id: '1', type, event_timestamp: String(time), execution_arn: arnOf(name), details });
const started = (name: string, time: number) =>
  line(name, 'ExecutionStarted', time, {
    input: JSON.stringify({ detail: { bucket: { name: 'uploads' }, object: { key: `${name}.txt`, size: 1 } } }),
  });
const succeeded = (name: string, time: number) =>
  line(name, 'ExecutionSucceeded', time, { output: JSON.stringify({ verdict: { status: 'CLEAN' } }) });

const shown = (list: ExecutionList) =>
  list.rows.map(({ name, status, start, stop, digest }) => [
    ...[name, status, start, stop],
    ...[digest?.title, digest?.verdict ?? digest?.finding],
  ]);

it('a log makes rows of executions, whether start and end are read at once or one after the other', () => {
  const list = new ExecutionList();
  expect(takeLines(list, [started('a', 1), started('b', 2), succeeded('a', 3)])).toBe(true);
  expect(shown(list)).toEqual([
    ['b', 'RUNNING', 2, undefined, 'b.txt', undefined],
    ['a', 'SUCCEEDED', 1, 3, 'a.txt', 'CLEAN'],
  ]);
  takeLines(list, [line('b', 'ExecutionFailed', 5, { error: 'Busy' }), started('c', 6)]);
  expect(shown(list)).toEqual([
    ['c', 'RUNNING', 6, undefined, 'c.txt', undefined],
    ['b', 'FAILED', 2, 5, 'b.txt', 'Busy'],
    ['a', 'SUCCEEDED', 1, 3, 'a.txt', 'CLEAN'],
  ]);
  expect(list.withoutDigest([], 10)).toEqual([]);
});

it('lines that were read before change nothing, and no list is made anew for them', () => {
  const list = new ExecutionList();
  const lines = [started('a', 1), succeeded('a', 3)];
  takeLines(list, lines);
  const { rows } = list;
  expect(takeLines(list, ['of somebody else', ...lines])).toBe(false);
  expect(list.rows).toBe(rows);
});

it('what happens inside an execution says nothing of how it ends: an error that was caught is no execution', () => {
  const list = new ExecutionList();
  expect(takeLines(list, [line('a', 'LambdaFunctionFailed', 1, { error: 'Busy' })])).toBe(false);
  expect(list.rows).toEqual([]);
});

it('of an execution whose start is not in the log, the end is known', () => {
  const list = new ExecutionList();
  takeLines(list, [line('a', 'ExecutionFailed', 5, { error: 'Busy' })]);
  expect(shown(list)).toEqual([['a', 'FAILED', 5, 5, '', 'Busy']]);
});

it('10,000 executions are read from their log in pages without work that grows with the square', () => {
  const list = new ExecutionList();
  const names = Array.from({ length: 10_000 }, (_, at) => `e${at}`);
  const lines = names.flatMap((name, at) => [started(name, 2 * at), succeeded(name, 2 * at + 1)]);
  const start = performance.now();
  for (let at = 0; at < lines.length; at += 500) takeLines(list, lines.slice(at, at + 500));
  // A guard: 1.2 s on a busy machine, 46 s when each line was taken by itself.
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(list.rows).toHaveLength(10_000);
  expect(list.rows[0]?.name).toBe('e9999');
});
