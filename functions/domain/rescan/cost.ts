import { PRICES } from '../cost/prices.ts';
import { readsTagsFirst, type Strategy } from './strategy.ts';
import type { Totals } from './totals.ts';

const LISTED_PER_REQUEST = 1000;
/** Start, Scan Batch, Check For Changes, Batch Done. */
const TRANSITIONS_A_BATCH = 4;
/** Start, Prepare Rescan to Rescan Completed. */
const TRANSITIONS_A_RUN = 8;
/** Tag Object and Notify; of malware that is moved or deleted, more. */
const TRANSITIONS_A_CHANGE = 2;

/** The run's cost in US dollars: S3 requests, state transitions and scanner time; the rest is cents a month. */
export function estimatedCostUsd(strategy: Strategy, totals: Totals, gbSeconds: number, batches: number): number {
  const tagReads = readsTagsFirst(strategy) ? totals.listed : totals.scanned;
  const reads = tagReads + totals.scanned + totals.changed;
  const transitions = TRANSITIONS_A_RUN + batches * TRANSITIONS_A_BATCH + totals.changed * TRANSITIONS_A_CHANGE;
  const dollars =
    Math.max(1, Math.ceil(totals.listed / LISTED_PER_REQUEST)) * PRICES.s3.listRequest +
    reads * PRICES.s3.readRequest +
    totals.changed * PRICES.s3.writeRequest +
    transitions * PRICES.stepFunctions.stateTransition +
    gbSeconds * PRICES.lambda.gbSecond.x86_64;
  return Number(dollars.toFixed(6));
}

/** A function's time as Lambda bills it. */
export function gbSecondsOf(milliseconds: number, memoryMb: number): number {
  return (milliseconds / 1000) * (memoryMb / 1024);
}
