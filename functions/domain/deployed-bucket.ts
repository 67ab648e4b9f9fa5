import { z } from 'zod';
import { DeployedStarts } from './deployed-starts.ts';
import { DeployedGate } from './gate/deployed-gate.ts';
import { AgeSteps } from './rescan/age-steps.ts';
import { RescanFilters } from './rescan/payloads.ts';
import { STRATEGIES } from './rescan/strategy.ts';

/** How a bucket is rescanned, whether or not by a schedule. */
export const DeployedRescan = z.strictObject({
  strategy: z.enum(STRATEGIES),
  /** From one run to the next, the longest pause; null: by hand only. */
  everyDays: z.number().positive().nullable(),
  ages: AgeSteps,
  prefix: z.string(),
});
export type DeployedRescan = z.infer<typeof DeployedRescan>;

/** What the CLI needs to know about one watched bucket: the stack's output `WatchedBucket…Deployed…` as JSON. */
export const DeployedBucket = z.strictObject({
  gate: DeployedGate,
  starts: DeployedStarts,
  rescan: DeployedRescan,
  /** As configured, of a bucket that the stack makes. A stack of an earlier version does not say. */
  versioned: z.boolean().optional(),
  /** Which keys are scanned; absent where all are. */
  filters: RescanFilters.optional(),
});
export type DeployedBucket = z.infer<typeof DeployedBucket>;
