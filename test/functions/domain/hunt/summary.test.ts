import { describe, expect, it } from '@jest/globals';
import { NO_NAMES } from '../../../../functions/domain/hunt/named.ts';
import { type Hunt, HuntSummary } from '../../../../functions/domain/hunt/payloads.ts';
import { addUpHunt, summarizeHunt } from '../../../../functions/domain/hunt/summary.ts';
import { NOTHING_HUNTED } from '../../../../functions/domain/hunt/totals.ts';
import type { ResultLine } from '../../../../functions/domain/rescan/ports.ts';

const hunt: Hunt = {
  ...{ bucket: 'uploads', prefix: '', files: ['a.yara'], signatures: 3, empty: false, failure: null },
  ...{ rules: { key: 'hunt-rules/x.json', sha256: '0'.repeat(64) }, maxConcurrency: 10, toleratedFailurePercentage: 5 },
};
const run = (over: Partial<Hunt> = {}) => ({
  hunt: { ...hunt, ...over },
  runId: 'arn:x',
  startTime: '2026-11-27T00:00:00.000Z',
});
const now = new Date('2026-11-27T00:01:00.000Z');
const settings = { memoryMb: 1769, architecture: 'x86_64' } as const;
async function* lines(...given: ResultLine[]) {
  yield* given;
}
const Input = JSON.stringify({ Items: [{ Key: 'a' }, { Key: 'b' }] });

describe('the summary of a hunt', () => {
  it('adds up batches: a failed one with all its objects, one that never began as not looked at', async () => {
    const totals = { ...NOTHING_HUNTED, listed: 5, looked: 4, matched: 1, unread: { archived: 1 }, bytes: 50 };
    const result = await addUpHunt(
      lines(
        { status: 'SUCCEEDED', line: { totals, gbSeconds: 2, named: NO_NAMES } },
        { status: 'SUCCEEDED', line: { totals, gbSeconds: 1, named: NO_NAMES } },
        { status: 'FAILED', line: { Input, Error: 'X' } },
        { status: 'PENDING', line: { Input } },
      ),
    );
    expect(result).toEqual({
      totals: {
        ...{ listed: 14, looked: 8, matched: 2, partly: {}, failed: 2, bytes: 100 },
        unread: { archived: 2, 'not-started': 2 },
      },
      gbSeconds: 3,
      batches: 4,
    });
    const summary = summarizeHunt(run(), result, now, settings);
    expect(HuntSummary.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({
      ...{ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' },
      ...{ cause: '2 of 14 objects failed, 5 % are tolerated', durationMs: 60_000, scannerGbSeconds: 3 },
    });
    expect(summary.costUsd).toBeGreaterThan(0);
  });

  it('succeeds without results, and fails with the Map Run', () => {
    const nothing = { totals: NOTHING_HUNTED, gbSeconds: 0, batches: 0 };
    expect(summarizeHunt(run(), nothing, now, settings)).toMatchObject({
      status: 'SUCCEEDED',
      error: null,
      cause: null,
    });
    const failure = { Error: 'States.ItemReaderFailed' };
    expect(summarizeHunt(run({ failure }), nothing, now, settings)).toMatchObject({
      ...{ status: 'FAILED', error: 'States.ItemReaderFailed', cause: '' },
    });
  });
});
