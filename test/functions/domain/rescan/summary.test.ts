import { describe, expect, it, test } from '@jest/globals';
import type { Rescan } from '../../../../functions/domain/rescan/payloads.ts';
import type { ResultLine } from '../../../../functions/domain/rescan/ports.ts';
import { STRATEGIES } from '../../../../functions/domain/rescan/strategy.ts';
import { addUp, summarize } from '../../../../functions/domain/rescan/summary.ts';
import { NOTHING, type Totals } from '../../../../functions/domain/rescan/totals.ts';
import { ScanPolicy } from '../../../../functions/domain/scan-policy.ts';

const rescan: Rescan = {
  bucket: 'b',
  prefix: 'in/',
  strategy: 'all',
  window: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
  policy: ScanPolicy.parse({ maxObjectBytes: 10, allowedTypes: ['*'], onInfected: 'tag' }),
  filters: { prefixes: [], suffixes: [] },
  ages: [1, 7],
  maxConcurrency: 10,
  toleratedFailurePercentage: 50,
  advancesWindow: true,
  scheduled: true,
  scanTrusted: false,
  empty: false,
  failure: null,
};
const START = '2026-11-21T00:00:00Z';
const END = new Date('2026-11-21T00:00:09Z');

async function* each(lines: readonly ResultLine[]): AsyncIterable<ResultLine> {
  yield* lines;
}

/** A batch's input as Step Functions writes it into the results: JSON within JSON. */
const inputOf = (objects: number) =>
  JSON.stringify({ BatchInput: {}, Items: Array.from({ length: objects }, (_, index) => ({ Key: `${index}` })) });
const pending = (objects: number): ResultLine => ({ status: 'PENDING', line: { Input: inputOf(objects) } });
const failed = (objects: number): ResultLine => ({ status: 'FAILED', line: { Input: inputOf(objects), Error: 'X' } });
const done = (totals: Totals, gbSeconds = 0): ResultLine => ({
  status: 'SUCCEEDED',
  line: { totals, gbSeconds, applied: [] },
});
const scanned = { ...NOTHING, listed: 2, due: 2, scanned: 2, changed: 1, infected: 1, bytes: 8 };

const summaryOf = async (lines: readonly ResultLine[], over: Partial<Rescan> = {}) =>
  summarize({ rescan: { ...rescan, ...over }, runId: 'arn', startTime: START }, await addUp(each(lines)), END);

describe.each(STRATEGIES)('a batch of a run with %s', (strategy) => {
  const failure = { Error: 'States.ExceedToleratedFailureThreshold', Cause: 'too many' };

  it('that never began leaves its objects not started: none was due yet, and none failed', async () => {
    const summary = await summaryOf([pending(3), pending(2)], { strategy, failure });
    expect(summary).toMatchObject({ ...NOTHING, listed: 5, due: 0, failed: 0, scanned: 0, strategy, status: 'FAILED' });
    expect(summary.skipped).toEqual({ 'not-started': 5 });
  });

  it('that failed has failed with all its objects, each of which counts as due', async () => {
    const summary = await summaryOf([failed(3), failed(2)], { strategy, failure });
    expect(summary).toMatchObject({ ...NOTHING, listed: 5, due: 5, failed: 5, scanned: 0, strategy, status: 'FAILED' });
    expect(summary.skipped).toEqual({});
  });

  it('counts beside the others', async () => {
    const summary = await summaryOf([done(scanned), failed(3), pending(4)], { strategy, failure });
    expect(summary).toMatchObject({ listed: 9, due: 5, scanned: 2, failed: 3, changed: 1, infected: 1, bytes: 8 });
    expect(summary.skipped).toEqual({ 'not-started': 4 });
  });
});

describe('addUp', () => {
  it('adds totals, time and batches', async () => {
    const { totals, gbSeconds, batches } = await addUp(
      each([done(scanned, 2), done(scanned, 3), pending(1), failed(1)]),
    );
    expect(totals).toEqual({
      listed: 6,
      due: 5,
      scanned: 4,
      skipped: { 'not-started': 1 },
      failed: 1,
      changed: 2,
      infected: 2,
      bytes: 16,
    });
    expect({ gbSeconds, batches }).toEqual({ gbSeconds: 5, batches: 4 });
    expect(await addUp(each([]))).toEqual({ totals: NOTHING, gbSeconds: 0, batches: 0 });
  });

  it('takes back what could not be applied', async () => {
    const applied = [{ problem: 'gone', infected: true, size: 3 }];
    const line = { totals: scanned, gbSeconds: 1, applied };
    const { totals } = await addUp(each([{ status: 'SUCCEEDED', line }]));
    expect(totals).toMatchObject({ scanned: 1, skipped: { gone: 1 }, changed: 0, infected: 0, bytes: 5 });
  });

  it.each(['FAILED', 'PENDING'] as const)(
    'counts a batch that is %s and does not tell its objects as one of none',
    async (status) => {
      for (const line of [{}, { Input: '{}' }, { Input: '{"Items":[]}' }]) {
        expect(await addUp(each([{ status, line }]))).toEqual({ totals: NOTHING, gbSeconds: 0, batches: 1 });
      }
    },
  );

  it('does not guess what a batch left that is not what a batch leaves', async () => {
    for (const line of [{ totals: {}, gbSeconds: 1, applied: [] }, { ...done(scanned), gbSeconds: -1 }, null]) {
      await expect(addUp(each([{ status: 'SUCCEEDED', line }]))).rejects.toThrow();
    }
  });
});

test.each([
  [1, 3, 33, 'FAILED'],
  [1, 3, 34, 'SUCCEEDED'],
  [1, 2, 50, 'SUCCEEDED'],
  [0, 2, 0, 'SUCCEEDED'],
  [1, 2, 0, 'FAILED'],
  [0, 0, 0, 'SUCCEEDED'],
])('with %d failed of %d, a run that tolerates %d percent has %s', async (bad, all, tolerated, status) => {
  const lines = [failed(bad), done({ ...NOTHING, listed: all - bad, due: all - bad, scanned: all - bad })];
  const summary = await summaryOf(lines, { toleratedFailurePercentage: tolerated });
  const cause = `${bad} of ${all} objects failed, ${tolerated} % are tolerated`;
  const fault = { error: 'States.ExceedToleratedFailureThreshold', cause };
  expect(summary).toMatchObject({ status, ...(status === 'FAILED' ? fault : { error: null, cause: null }) });
});

test('objects that were not started count among those listed, of which so many may fail', async () => {
  expect(await summaryOf([failed(1), pending(1)])).toMatchObject({ status: 'SUCCEEDED', listed: 2, failed: 1 });
});

test('a summary says what the run was and how long it took', async () => {
  expect(await summaryOf([])).toEqual({
    ...NOTHING,
    status: 'SUCCEEDED',
    error: null,
    cause: null,
    durationMs: 9000,
    estimatedCostUsd: expect.any(Number),
    costUsd: expect.any(Number),
    scannerGbSeconds: expect.any(Number),
    runId: 'arn',
    bucket: 'b',
    prefix: 'in/',
    strategy: 'all',
    window: rescan.window,
    startTime: START,
  });
  const early = summarize({ rescan, runId: 'arn', startTime: START }, await addUp(each([])), new Date(0));
  expect(early.durationMs).toBe(0);
});

test('a Map Run that failed says so in its own words, also where failures were tolerated', async () => {
  const failure = { Error: 'States.ItemReaderFailed', Cause: 'AccessDenied' };
  const said = { status: 'FAILED', error: failure.Error, cause: failure.Cause };
  expect(await summaryOf([], { failure })).toMatchObject(said);
  expect(await summaryOf([failed(2)], { failure })).toMatchObject(said);
  expect(await summaryOf([], { failure: { Error: 'X' } })).toMatchObject({ error: 'X', cause: '' });
});
