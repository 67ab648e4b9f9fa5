import { z } from 'zod';
import { DeployedStarts } from './deployed-starts.ts';
import { DeployedGate } from './gate/deployed-gate.ts';
import { AgeSteps, DEFAULT_AGE_STEPS } from './rescan/age-steps.ts';
import { STRATEGIES } from './rescan/strategy.ts';

/**
 * How a bucket is rescanned, whether or not by a schedule. What is the default is not in the output: a template has room for
 * the outputs of 100 buckets.
 */
export const DeployedRescan = z.strictObject({
  strategy: z.enum(STRATEGIES).default('due'),
  /** From one run to the next, the longest pause; null: by hand only. */
  everyDays: z.number().positive().nullable().default(1),
  ages: AgeSteps.default([...DEFAULT_AGE_STEPS]),
  prefix: z.string().default(''),
});
export type DeployedRescan = z.infer<typeof DeployedRescan>;

/** What the CLI needs to know about one watched bucket: the stack's output `WatchedBucket…Deployed…` as JSON. */
export const DeployedBucket = z
  .strictObject({
    gate: DeployedGate,
    starts: DeployedStarts,
    rescan: DeployedRescan.prefault({}),
    /** As configured, of a bucket that the stack makes. A stack of an earlier version does not say. */
    versioned: z.boolean().optional(),
  })
  // A schedule says the prefix, which may have a thousand characters: once.
  .transform(({ rescan, ...bucket }) => {
    const { prefix } = bucket.starts.rescanSchedule?.input ?? {};
    return { ...bucket, rescan: { ...rescan, prefix: typeof prefix === 'string' ? prefix : rescan.prefix } };
  });
export type DeployedBucket = z.infer<typeof DeployedBucket>;
