import { expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { DEFAULT_SETTINGS } from '../../../functions/domain/cost/settings.ts';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import type { ResultLine } from '../../../functions/domain/rescan/ports.ts';
import { NOTHING, sum, totalOf } from '../../../functions/domain/rescan/totals.ts';
import { summarizeRescan } from '../../../functions/handlers/summarize-rescan.ts';

const rescan = {
  bucket: 'b',
  prefix: '',
  strategy: 'due',
  window: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
  policy: { maxObjectBytes: 10, allowedTypes: ['*'], onInfected: 'tag' },
  filters: { prefixes: [], suffixes: [] },
  maxConcurrency: 10,
  toleratedFailurePercentage: 50,
  advancesWindow: true,
  scheduled: true,
  scanTrusted: false,
  empty: false,
  failure: null,
};
const scanned = totalOf({ kind: 'scanned', bytes: 4, infected: false, changed: false });
const failed = totalOf({ kind: 'failed' });

async function summarize(totals: readonly (typeof NOTHING)[], over: object = {}, testSignatures = false) {
  const advanced: number[] = [];
  const places: string[] = [];
  const recorded: unknown[] = [];
  async function* lines(): AsyncIterable<ResultLine> {
    yield { status: 'SUCCEEDED', line: { totals: totals.reduce(sum, NOTHING), gbSeconds: 1, applied: [] } };
  }
  const results = {
    lines,
    read: async () => undefined,
    advance: async (_b: string, prefix: string, to: number) => {
      places.push(prefix);
      advanced.push(to);
    },
    lookAgain: {
      listing: { find: async () => undefined },
      store: { readTags: async () => ({}) },
      dialect: dialectNamed('airlock'),
    },
    resultsBucket: 'results',
  };
  const metrics = { record: (...values: unknown[]) => void recorded.push(values[2]) };
  const task = summarizeRescan(
    results,
    metrics,
    () => new Date('2026-11-21T00:00:09Z'),
    DEFAULT_SETTINGS,
    testSignatures,
  );
  const input = { rescan: { ...rescan, ...over }, runId: 'arn', runName: 'run', startTime: '2026-11-21T00:00:00Z' };
  return { summary: await task(input, {} as Context), advanced, places, recorded };
}

test('a run within what is tolerated succeeds and moves the window', async () => {
  const { summary, advanced, recorded } = await summarize([scanned, failed]);
  expect(summary).toMatchObject({ status: 'SUCCEEDED', listed: 2, failed: 1, durationMs: 9000, error: null });
  expect(summary.estimatedCostUsd).toBeGreaterThan(0);
  expect([advanced, recorded]).toEqual([[Date.parse(rescan.window.to)], [true]]);
});

test('a run of the future moves the window to now and no further', async () => {
  const { advanced } = await summarize([scanned], { window: { ...rescan.window, to: '9999-01-01T00:00:00Z' } });
  expect(advanced).toEqual([Date.parse('2026-11-21T00:00:09Z')]);
});

test('a run over it fails and leaves the window', async () => {
  const { summary, advanced, recorded } = await summarize([scanned, failed, failed]);
  expect(summary).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  expect([advanced, recorded]).toEqual([[], [false]]);
});

test('a Map Run that failed says why, and what was done', async () => {
  const failure = { Error: 'States.ItemReaderFailed', Cause: 'AccessDenied' };
  const { summary, advanced } = await summarize([scanned], { failure });
  expect(summary).toMatchObject({ status: 'FAILED', error: failure.Error, cause: failure.Cause, scanned: 1 });
  expect(advanced).toEqual([]);
});

test('a Map Run that failed without a cause still gives the Fail state a text', async () => {
  const { summary } = await summarize([scanned], { failure: { Error: 'States.Timeout' } });
  expect(summary).toMatchObject({ status: 'FAILED', error: 'States.Timeout', cause: '' });
});

test('a run with a window of its own moves none', async () => {
  expect((await summarize([scanned], { advancesWindow: false })).advanced).toEqual([]);
});

test.each([
  ['all', [scanned], ['\0exports/']],
  ['unscanned', [scanned], ['\0exports/']],
  ['due', [scanned], []],
  ['all', [scanned, failed, failed], []],
])(
  'a run of %s over a trusted prefix is remembered if everything was looked at: %#',
  async (strategy, lines, remembered) => {
    const { places } = await summarize(lines, {
      ...{ prefix: 'exports/', strategy, scanTrusted: true, advancesWindow: false },
    });
    expect(places).toEqual(remembered);
  },
);

test('a run by hand, which may be one of a single prefix, does not keep the alarm on late runs quiet', async () => {
  const { summary, recorded } = await summarize([scanned], { scheduled: false });
  expect(summary.status).toBe('SUCCEEDED');
  expect(recorded).toEqual([false]);
});

test('a run under test signatures says so, any other names no definitions', async () => {
  expect((await summarize([scanned])).summary).not.toHaveProperty('definitions');
  expect((await summarize([scanned], {}, true)).summary).toMatchObject({ status: 'SUCCEEDED', definitions: 'test' });
});
