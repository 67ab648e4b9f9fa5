import { beforeAll, describe, expect, it } from '@jest/globals';
import { MEASURED } from '../../../../functions/domain/cost/measured.ts';
import { type Counts, ENDINGS, type Ending, type FunctionName } from '../../../../functions/domain/cost/measurement.ts';
import { countAll } from '../../../support/cost/count.ts';

/*
 * Counts again what the cost model rests on. After a change that was meant: `npm run bench -- cost --counts`, then
 * `node infra/cost/write-tables.ts`.
 */
const MAX_DIFFERENCE = 0.03;
let counts: Counts;
beforeAll(async () => {
  counts = await countAll({ quick: true });
}, 120_000);

/** Numbers of bytes differ by the length of times and names. */
const withoutBytes = ({ transitions, tags, calls }: Ending) => ({
  transitions,
  tags,
  requests: Object.fromEntries(Object.entries(calls).map(([name, { s3 }]) => [name, s3])),
});

const bytesOf = ({ log, calls }: Ending) => ({
  ALL: log.ALL,
  ERROR: log.ERROR,
  ...Object.fromEntries(Object.entries(calls).map(([name, { logBytes }]) => [name, logBytes])),
});

function expectSameBytes(counted: Ending, table: Ending) {
  const [now, before] = [bytesOf(counted), bytesOf(table)] as Record<string, number>[];
  expect(Object.keys(now ?? {}).sort()).toEqual(Object.keys(before ?? {}).sort());
  for (const [what, bytes] of Object.entries(before ?? {})) {
    const difference = Math.abs((now?.[what] ?? 0) - bytes) / Math.max(1, bytes);
    expect({ what, bytes: now?.[what], tooFar: difference > MAX_DIFFERENCE }).toMatchObject({ tooFar: false });
  }
}

describe.each(['STANDARD', 'EXPRESS'] as const)('%s', (workflow) => {
  it.each(ENDINGS)('%s has the transitions, requests and tags of the table', (ending) => {
    const [counted, table] = [counts, MEASURED.counts].map(({ endings }) => endings[workflow][ending]);
    expect(withoutBytes(counted as Ending)).toEqual(withoutBytes(table as Ending));
  });

  it.each(ENDINGS)('%s logs as much as the table says', (ending) => {
    expectSameBytes(counts.endings[workflow][ending], MEASURED.counts.endings[workflow][ending]);
  });
});

it('an upload that overflows is as in the table', () => {
  expect(withoutBytes(counts.overflow)).toEqual(withoutBytes(MEASURED.counts.overflow));
  expectSameBytes(counts.overflow, MEASURED.counts.overflow);
});

it('each kind and size of content has the reads of the table, and a bucket without versions its requests', () => {
  expect(MEASURED.counts.reads).toMatchObject(counts.reads);
  expect(counts.unversioned).toEqual(MEASURED.counts.unversioned);
});

it('both workflows ask S3 the same', () => {
  for (const ending of ENDINGS) {
    const [standard, express] = [counts.endings.STANDARD[ending], counts.endings.EXPRESS[ending]].map(withoutBytes);
    expect(express?.requests).toEqual(standard?.requests as Partial<Record<FunctionName, object>>);
  }
});
