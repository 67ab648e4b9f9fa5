import { z } from 'zod';
import { ON_INFECTED, ScanPolicy } from '../scan-policy.ts';
import { RescanFilters } from './payloads.ts';

/** The stack's buckets and what is their own: `WATCHED_BUCKETS`. */
export const WatchedBuckets = z.array(
  z.strictObject({
    bucket: z.string().min(1),
    onInfected: z.enum(ON_INFECTED),
    filters: RescanFilters.optional(),
    /** How far back a window goes where there was no run before, days; left out for one. */
    firstWindowDays: z.int().min(1).max(366).optional(),
  }),
);
export type WatchedBuckets = z.infer<typeof WatchedBuckets>;

/** What they have in common: `SCAN_POLICY`. */
export const CommonPolicy = ScanPolicy.omit({ onInfected: true });

/** What uploads to a bucket are held to, which uploads those are, and how far back its first rescan looks. */
export interface BucketRules {
  readonly policy: ScanPolicy;
  readonly filters: z.infer<typeof RescanFilters>;
  readonly firstWindowDays: number;
}

export function rulesByBucket(
  watched: WatchedBuckets,
  common: z.infer<typeof CommonPolicy>,
): ReadonlyMap<string, BucketRules> {
  return new Map(
    watched.map(({ bucket, onInfected, filters = { prefixes: [], suffixes: [] }, firstWindowDays = 1 }) => {
      return [bucket, { policy: { ...common, onInfected }, filters, firstWindowDays }];
    }),
  );
}
