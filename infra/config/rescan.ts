import { z } from 'zod';
import { AgeSteps, DEFAULT_AGE_STEPS } from '../../functions/domain/rescan/age-steps.ts';
import { STRATEGIES } from '../../functions/domain/rescan/strategy.ts';
import { defaultLateAfterDays, LONGEST_LATE_DAYS, longestPause } from './schedule.ts';

/** When and how a bucket is rescanned, as configured. */
export const RescanConfigInput = z.strictObject({
  schedule: z
    .string()
    .refine((text) => longestPause(text) !== undefined, 'is not a schedule like rate(1 day) or cron(0 3 * * ? *)')
    .nullable()
    .default('rate(1 day)')
    .describe('When the bucket is rescanned, UTC; `null`: only by hand.'),
  strategy: z.enum(STRATEGIES).default('due').describe('Which objects: see [rescans](rescans.md).'),
  ages: AgeSteps.default([...DEFAULT_AGE_STEPS]).describe(
    'Days after its last change at which `due` rescans an object, ascending; after the last one every year: see [exposure](exposure.md).',
  ),
  prefix: z.string().max(1024, 'is longer than a key').default('').describe('Only keys that begin with it.'),
  maxConcurrency: z
    .int()
    .min(1, 'would never scan')
    .max(1000, 'is over 1000')
    .default(10)
    .describe('Batches scanned at once, each by its own scanner.'),
  toleratedFailurePercentage: z
    .int()
    .min(0, 'is not a percentage')
    .max(99, 'would count a run as a success even if everything failed')
    .default(5)
    .describe('A run fails when more of its objects could not be scanned.'),
  flexibleMinutes: z
    .int()
    .min(0, 'is no time')
    .max(1440, 'is over a day')
    .default(15)
    .describe('How much later than scheduled a run may start.'),
  lateAfterDays: z
    .int()
    .min(1, 'is too short')
    .max(LONGEST_LATE_DAYS, `is over ${LONGEST_LATE_DAYS}, the longest an alarm can look back`)
    .nullable()
    .optional()
    .describe(
      'Days without a successful run after which an alarm goes off (default 2, or what the schedule needs); `null`: never.',
    ),
});

type Parsed = z.output<typeof RescanConfigInput>;
export interface RescanConfig extends Parsed {
  readonly lateAfterDays: number | null;
}

export function completeRescan(rescan: Parsed): RescanConfig {
  return {
    ...rescan,
    lateAfterDays: rescan.lateAfterDays === undefined ? defaultLateAfterDays(rescan) : rescan.lateAfterDays,
  };
}
