import { z } from 'zod';
import { ON_INFECTED, ScanPolicy } from '../policy.ts';
import { RescanFilters } from './payloads.ts';

/** The stack's buckets and what is their own: `WATCHED_BUCKETS`. */
export const WatchedBuckets = z.array(
  z.strictObject({ bucket: z.string().min(1), onInfected: z.enum(ON_INFECTED), filters: RescanFilters.optional() }),
);
export type WatchedBuckets = z.infer<typeof WatchedBuckets>;

/** What they have in common: `SCAN_POLICY`. */
export const CommonPolicy = ScanPolicy.omit({ onInfected: true });

/** What uploads to a bucket are held to, and which uploads those are. */
export interface UploadRules {
  readonly policy: ScanPolicy;
  readonly filters: z.infer<typeof RescanFilters>;
}

export function rulesByBucket(
  watched: WatchedBuckets,
  common: z.infer<typeof CommonPolicy>,
): ReadonlyMap<string, UploadRules> {
  return new Map(
    watched.map(({ bucket, onInfected, filters = { prefixes: [], suffixes: [] } }) => {
      return [bucket, { policy: { ...common, onInfected }, filters }];
    }),
  );
}
