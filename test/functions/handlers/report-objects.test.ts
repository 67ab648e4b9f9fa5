import { expect, it } from '@jest/globals';
import type { LookAtObjects, Looked } from '../../../functions/domain/report/looked.ts';
import { reportObjects } from '../../../functions/handlers/report-objects.ts';
import type { TaskContext } from '../../../functions/handlers/task.ts';

const object: Looked = {
  ...{ key: 'k', uploaded: new Date(0), size: 1, kind: 'tagged' },
  ...{ status: 'ERROR', finding: null, scanTime: null, definitions: null },
};
const input = { bucket: 'b', run: 'run', rule: 'rule', trusted: [], soFar: null };
const files = { write: async () => undefined };
const filtersOf = async () => ({ prefixes: [], suffixes: [] });
const withMilliseconds = (left: number) => ({ getRemainingTimeInMillis: () => left }) as TaskContext;

/** Never has another object. */
const stuck = (objects: readonly Looked[]): LookAtObjects =>
  async function* stuckAfter({ signal }) {
    yield* objects;
    await new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', () => reject(signal.reason));
    });
  };

it('stops in time for its last rows, and says how far it has come', async () => {
  const task = reportObjects({ look: stuck([object]), files, filtersOf }, { dialect: 'airlock' }, false);
  const soFar = await task(input, withMilliseconds(60_050));
  expect(soFar).toMatchObject({ done: false, parts: 1, progress: { after: { key: 'k' }, objects: 1, reported: 1 } });
});

it('fails where it gets nowhere: it would be called for ever', async () => {
  const task = reportObjects({ look: stuck([]), files, filtersOf }, { dialect: 'airlock' }, false);
  await expect(task(input, withMilliseconds(0))).rejects.toMatchObject({ name: 'StorageUnavailable' });
});

it('ends at once with the last object', async () => {
  const look: LookAtObjects = async function* all() {
    yield object;
  };
  const task = reportObjects({ look, files, filtersOf }, { dialect: 'airlock' }, true);
  expect(await task(input, withMilliseconds(840_000))).toMatchObject({ done: true, parts: 1 });
});
