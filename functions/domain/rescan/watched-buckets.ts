import { z } from 'zod';
import { ScanPolicy } from '../policy.ts';

/** The buckets of the stack and what their uploads are held to, as functions get them in `WATCHED_BUCKETS`. */
export const WatchedBuckets = z.array(z.strictObject({ bucket: z.string().min(1), policy: ScanPolicy }));

export type WatchedBuckets = z.infer<typeof WatchedBuckets>;
