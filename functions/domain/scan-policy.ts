import { z } from 'zod';

export const ON_INFECTED = ['tag', 'quarantine', 'delete'] as const;

/** ClamAV cannot scan more; 2 GiB minus 3 bytes. */
export const MAX_OBJECT_BYTES_CEILING = 2_147_483_645;

/** The rules of an execution; part of its input, so that the console shows them. */
export const ScanPolicy = z.strictObject({
  maxObjectBytes: z.int().positive().max(MAX_OBJECT_BYTES_CEILING),
  /** Groups (`documents`, …) and media types (`image/png`, …), or `*`. */
  allowedTypes: z.array(z.string().min(1)).min(1),
  onInfected: z.enum(ON_INFECTED),
});

export type ScanPolicy = z.infer<typeof ScanPolicy>;
