import { ASSUMED_COSTS } from '../cost/assumed.ts';
import { overheadGbSeconds, rescanGbSecondsOf } from '../cost/rescan.ts';
import { rescanCostUsd } from '../rescan/cost.ts';
import { NOTHING } from '../rescan/totals.ts';
import type { Plan } from './plan.ts';
import { type Holding, type Runs, runsOf } from './scans.ts';

/** Scanner time of a run, in GB-seconds: the connection to measured figures. */
export interface ScanTime {
  readonly ofBatch: number;
  readonly ofTagRead: number;
  ofObject(bytes: number): number;
}

/** That of the cost model. */
export const MEASURED_SCAN_TIME: ScanTime = {
  ofBatch: overheadGbSeconds({ batches: 1, tagsRead: 0 }),
  ofTagRead: overheadGbSeconds({ batches: 0, tagsRead: 1 }),
  ofObject: (bytes) => rescanGbSecondsOf(bytes),
};

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
  const batches = Math.ceil(listed / ASSUMED_COSTS.objectsABatch);
  const gbSeconds = batches * time.ofBatch + tagsRead * time.ofTagRead + scanned * time.ofObject(bytes);
  return rescanCostUsd(strategy, { ...NOTHING, listed, scanned }, gbSeconds, batches);
}
