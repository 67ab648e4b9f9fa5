import { expect, it } from '@jest/globals';
import { failedMessages } from '../../../emulator/lambda/batch-response.ts';

const BATCH = ['a', 'b', 'c'];
const failures = (...itemIdentifiers: unknown[]) => ({
  batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

it.each([
  [undefined, []],
  [null, []],
  [{}, []],
  [{ batchItemFailures: null }, []],
  [failures(), []],
  [failures('b'), ['b']],
  [failures('c', 'a', 'c'), ['c', 'a']],
  [failures('a', 'b', 'c'), BATCH],
  [failures('a', ''), BATCH],
  [failures('a', null), BATCH],
  [failures('a', undefined), BATCH],
  [failures('a', 'of another batch'), BATCH],
  [failures(7), BATCH],
  [{ batchItemFailures: [{ id: 'a' }] }, BATCH],
  [{ batchItemFailures: ['a'] }, BATCH],
  [{ batchItemFailures: [null] }, BATCH],
  [{ batchItemFailures: 'a' }, BATCH],
  [{ batchItemFailures: {} }, BATCH],
  ['done', BATCH],
  [[], BATCH],
  [true, BATCH],
])('%j: %j failed', (answer, failed) => {
  expect(failedMessages(answer, BATCH)).toEqual(new Set(failed));
});
