import { type CostSettings, DEFAULT_SETTINGS } from '../cost/settings.ts';
import { estimatedCostUsd, rescanCostUsd } from './cost.ts';
import { unfinishedBatch } from './named.ts';
import { BatchResult, type Rescan, type RescanSummary } from './payloads.ts';
import type { ResultLine } from './ports.ts';
import { SKIPPED } from './strategy.ts';
import { afterApplying, failures, NOTHING, skipped, sum, type Totals } from './totals.ts';

export interface RunResult {
  readonly totals: Totals;
  readonly gbSeconds: number;
  readonly batches: number;
}

/** Adds up the results of the batches; every object of a failed batch counts as failed, whatever was done. */
export async function addUp(lines: AsyncIterable<ResultLine>): Promise<RunResult> {
  let result: RunResult = { totals: NOTHING, gbSeconds: 0, batches: 0 };
  for await (const { status, line } of lines) {
    const { totals, gbSeconds } = status === 'SUCCEEDED' ? succeeded(line) : unfinished(status, line);
    result = {
      totals: sum(result.totals, totals),
      gbSeconds: result.gbSeconds + gbSeconds,
      batches: result.batches + 1,
    };
  }
  return result;
}

function succeeded(line: unknown) {
  const { totals, gbSeconds, applied } = BatchResult.parse(line);
  return { totals: afterApplying(totals, applied), gbSeconds };
}

function unfinished(status: 'FAILED' | 'PENDING', line: unknown) {
  const { length } = unfinishedBatch(line).keys;
  const totals = status === 'FAILED' ? failures(length) : skipped(SKIPPED.notStarted, length);
  return { totals, gbSeconds: 0 };
}

interface Run {
  readonly rescan: Rescan;
  readonly runId: string;
  /** ISO 8601. */
  readonly startTime: string;
}

/**
 * A run fails when its Map Run failed, or when more objects failed than are tolerated, including failures within
 * batches.
 */
export function summarize(
  { rescan, runId, startTime }: Run,
  result: RunResult,
  now: Date,
  settings: CostSettings = DEFAULT_SETTINGS,
): RescanSummary {
  const { bucket, prefix, strategy, window, failure, toleratedFailurePercentage } = rescan;
  const { totals, gbSeconds, batches } = result;
  const exceeded = totals.failed * 100 > totals.listed * toleratedFailurePercentage;
  const ofTotals = `${totals.failed} of ${totals.listed} objects failed, ${toleratedFailurePercentage} % are tolerated`;
  return {
    ...totals,
    durationMs: Math.max(0, now.getTime() - Date.parse(startTime)),
    estimatedCostUsd: estimatedCostUsd(strategy, totals, batches, settings),
    costUsd: rescanCostUsd(strategy, totals, gbSeconds, batches, settings),
    scannerGbSeconds: Number(gbSeconds.toFixed(3)),
    status: failure === null && !exceeded ? 'SUCCEEDED' : 'FAILED',
    error: failure?.Error ?? (exceeded ? 'States.ExceedToleratedFailureThreshold' : null),
    // Always text when there is an error: the Fail state does not accept null.
    cause: failure === null ? (exceeded ? ofTotals : null) : (failure.Cause ?? ''),
    runId,
    bucket,
    prefix,
    strategy,
    window,
    startTime,
  };
}
