import { estimatedCostUsd } from '../rescan/cost.ts';
import { NOTHING } from '../rescan/totals.ts';
import type { Plan } from './plan.ts';
import { type Holding, type Runs, runsOf } from './scans.ts';

/** Scanner time of a run, in GB-seconds: the connection to measured figures. */
export interface ScanTime {
  readonly ofBatch: number;
  readonly ofTagRead: number;
  ofObject(bytes: number): number;
}

/** Lambda gives a vCPU for each 1769 MB, so that CPU time costs as much under any memory. */
const GB_OF_A_VCPU = 1769 / 1024;
const BATCH_SECONDS = 0.2;
const SCANNER_GB = 3008 / 1024;
const TAG_READ_SECONDS = 0.0015;
const MB = 1_000_000;

/**
 * Measured in November 2026 on 2 cores with synthetic signatures, several objects at once in one engine: 9 ms of Node and 25 ms of clamd for a
 * small document, then 0.14 s a MB on average: plain text takes a fifth of it, archives ten times as long.
 */
export const MEASURED_SCAN_TIME: ScanTime = {
  ofBatch: BATCH_SECONDS * SCANNER_GB,
  ofTagRead: TAG_READ_SECONDS * SCANNER_GB,
  ofObject: (bytes) => (0.034 + (0.14 * bytes) / MB) * GB_OF_A_VCPU,
};

/** Of which 128 KiB of listing hold about this many: docs/rescans.md. */
const OBJECTS_A_BATCH = 400;

export interface PlanCost {
  /** US dollars. */
  readonly run: number;
  /** The dearest run's. */
  readonly dearestRun: number;
  readonly year: number;
}

/** What a plan costs while no verdict changes. */
export function costOf(plan: Plan, holding: Holding, time: ScanTime = MEASURED_SCAN_TIME): PlanCost {
  const runs = runsOf(plan, holding);
  const costOfRun = (scanned: number) => runCost(plan, holding, runs, scanned, time);
  const run = costOfRun(runs.scanned);
  return { run, dearestRun: costOfRun(runs.scannedAtMost), year: run * runs.runsAYear };
}

function runCost({ strategy }: Plan, { bytes }: Holding, { listed, tagsRead }: Runs, scanned: number, time: ScanTime) {
  const batches = Math.ceil(listed / OBJECTS_A_BATCH);
  const gbSeconds = batches * time.ofBatch + tagsRead * time.ofTagRead + scanned * time.ofObject(bytes);
  return estimatedCostUsd(strategy, { ...NOTHING, listed, scanned }, gbSeconds, batches);
}
