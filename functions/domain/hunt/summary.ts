import { type HuntCostSettings, huntCostUsd } from '../cost/hunt.ts';
import { unfinishedBatch } from '../rescan/named.ts';
import type { ResultLine } from '../rescan/ports.ts';
import { SKIPPED } from '../rescan/strategy.ts';
import { type Hunt, HuntBatchResult, type HuntSummary } from './payloads.ts';
import { addHunted, type HuntTotals, huntFailures, huntUnread, NOTHING_HUNTED } from './totals.ts';

export interface HuntResult {
  readonly totals: HuntTotals;
  readonly gbSeconds: number;
  readonly batches: number;
}

/** Adds up the results of the batches; every object of a failed batch counts as failed, whatever was done. */
export async function addUpHunt(lines: AsyncIterable<ResultLine>): Promise<HuntResult> {
  let result: HuntResult = { totals: NOTHING_HUNTED, gbSeconds: 0, batches: 0 };
  for await (const { status, line } of lines) {
    const { totals, gbSeconds } = status === 'SUCCEEDED' ? HuntBatchResult.parse(line) : unfinished(status, line);
    result = {
      totals: addHunted(result.totals, totals),
      gbSeconds: result.gbSeconds + gbSeconds,
      batches: result.batches + 1,
    };
  }
  return result;
}

function unfinished(status: 'FAILED' | 'PENDING', line: unknown) {
  const { length } = unfinishedBatch(line).keys;
  const totals = status === 'FAILED' ? huntFailures(length) : huntUnread(SKIPPED.notStarted, length);
  return { totals, gbSeconds: 0 };
}

interface Run {
  readonly hunt: Hunt;
  readonly runId: string;
  /** ISO 8601. */
  readonly startTime: string;
}

/** A hunt fails when its Map Run failed, or when more objects failed than are tolerated. */
export function summarizeHunt(
  { hunt, runId, startTime }: Run,
  { totals, gbSeconds, batches }: HuntResult,
  now: Date,
  settings: HuntCostSettings,
): HuntSummary {
  const { bucket, prefix, files, signatures, failure, toleratedFailurePercentage } = hunt;
  const exceeded = totals.failed * 100 > totals.listed * toleratedFailurePercentage;
  const ofTotals = `${totals.failed} of ${totals.listed} objects failed, ${toleratedFailurePercentage} % are tolerated`;
  return {
    ...totals,
    durationMs: Math.max(0, now.getTime() - Date.parse(startTime)),
    costUsd: huntCostUsd({ ...totals, batches, gbSeconds }, settings),
    scannerGbSeconds: Number(gbSeconds.toFixed(3)),
    status: failure === null && !exceeded ? 'SUCCEEDED' : 'FAILED',
    error: failure?.Error ?? (exceeded ? 'States.ExceedToleratedFailureThreshold' : null),
    // Always text when there is an error: the Fail state does not accept null.
    cause: failure === null ? (exceeded ? ofTotals : null) : (failure.Cause ?? ''),
    ...{ runId, bucket, prefix, files, signatures, startTime },
  };
}
