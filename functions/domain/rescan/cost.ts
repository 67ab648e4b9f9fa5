import { readsTagsFirst, type Strategy } from './strategy.ts';
import type { Totals } from './totals.ts';

/**
 * US dollars in us-east-1, on demand, without free tiers, as of November 2026.
 * @see https://aws.amazon.com/s3/pricing/ https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/step-functions/pricing/
 */
const PRICES = {
  listRequest: 0.005 / 1000,
  readRequest: 0.0004 / 1000,
  writeRequest: 0.005 / 1000,
  stateTransition: 0.025 / 1000,
  gbSecond: 0.000_016_666_7,
} as const;

const LISTED_PER_REQUEST = 1000;
/** Start, Scan Batch, Check For Changes, Batch Done. */
const TRANSITIONS_A_BATCH = 4;
/** Start, Prepare Rescan to Rescan Completed. */
const TRANSITIONS_A_RUN = 8;
/** Tag Object, Act On Verdict, Notify. */
const TRANSITIONS_A_CHANGE = 3;

/** The run's cost in S3 requests, state transitions and scanner time; the rest is cents a month. */
export function estimatedCostUsd(strategy: Strategy, totals: Totals, gbSeconds: number, batches: number): number {
  const tagReads = readsTagsFirst(strategy) ? totals.listed : totals.scanned;
  const reads = tagReads + totals.scanned + totals.changed;
  const transitions = TRANSITIONS_A_RUN + batches * TRANSITIONS_A_BATCH + totals.changed * TRANSITIONS_A_CHANGE;
  const dollars =
    Math.max(1, Math.ceil(totals.listed / LISTED_PER_REQUEST)) * PRICES.listRequest +
    reads * PRICES.readRequest +
    totals.changed * PRICES.writeRequest +
    transitions * PRICES.stateTransition +
    gbSeconds * PRICES.gbSecond;
  return Number(dollars.toFixed(6));
}

/** A function's time as Lambda bills it. */
export function gbSecondsOf(milliseconds: number, memoryMb: number): number {
  return (milliseconds / 1000) * (memoryMb / 1024);
}
