import { z } from 'zod';
import { ON_INFECTED, ScanPolicy } from '../scan-policy.ts';
import { AgeSteps, DEFAULT_AGE_STEPS } from './age-steps.ts';
import { RescanFilters } from './payloads.ts';

/** The stack's buckets and their individual settings: in the definition of the state machine, as many as there are. */
export const WatchedBuckets = z.array(
  z.strictObject({
    bucket: z.string().min(1),
    onInfected: z.enum(ON_INFECTED),
    onClean: ScanPolicy.shape.onClean,
    filters: RescanFilters.optional(),
    /** Length of the first run's window in days; default: one. */
    firstWindowDays: z.int().min(1).max(366).optional(),
    /** Default: those of every bucket. */
    ages: AgeSteps.optional(),
  }),
);
export type WatchedBuckets = z.infer<typeof WatchedBuckets>;

/** Their common settings: `SCAN_POLICY`. */
export const CommonPolicy = ScanPolicy.omit({ onInfected: true, onClean: true });

/** A bucket's policy for uploads, which uploads are scanned, and how far back its first rescan looks. */
export interface BucketRules {
  readonly policy: ScanPolicy;
  readonly filters: z.infer<typeof RescanFilters>;
  readonly firstWindowDays: number;
  /** Age steps of `due`, days. */
  readonly ages: readonly number[];
}

export function rulesByBucket(
  watched: WatchedBuckets,
  common: z.infer<typeof CommonPolicy>,
): ReadonlyMap<string, BucketRules> {
  return new Map(
    watched.map(
      ({
        bucket,
        onInfected,
        onClean,
        filters = { prefixes: [], suffixes: [] },
        firstWindowDays = 1,
        ages = DEFAULT_AGE_STEPS,
      }) => {
        return [
          bucket,
          { policy: { ...common, onInfected, ...(onClean && { onClean }) }, filters, firstWindowDays, ages },
        ];
      },
    ),
  );
}
