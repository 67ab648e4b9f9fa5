import { z } from 'zod';
import { CopyTo } from './copies/copy-to.ts';

export const ON_INFECTED = ['tag', 'quarantine', 'delete'] as const;

/** How exactly an inert stored Content-Type must name the content: `relaxed` accepts any inert one. */
export const INERT_TYPES = ['strict', 'relaxed'] as const;

/** Whether XML may name a stylesheet, which a browser would load: `inert` accepts it where the stored type is inert. */
export const XML_STYLESHEETS = ['reject', 'inert'] as const;

/** What happens to documents that run something when they are opened, beside macros. */
export const ACTIVE_CONTENT = ['allow', 'reject'] as const;

/** ClamAV cannot scan more; 2 GiB minus 3 bytes. */
export const MAX_OBJECT_BYTES_CEILING = 2_147_483_645;

/**
 * How much one object may unpack to, bytes. ClamAV counts content again, more than once: 1.5 GB of random bytes exceed
 * 2 GiB.
 */
export const maxUnpackedBytes = (maxObjectBytes: number): number => Math.max(4000 * 1024 * 1024, 2 * maxObjectBytes);

/** The rules of an execution; part of its input, so that the console shows them. */
export const ScanPolicy = z.strictObject({
  maxObjectBytes: z.int().positive().max(MAX_OBJECT_BYTES_CEILING),
  /** Groups (`documents`, …) and media types (`image/png`, …), or `*`. */
  allowedTypes: z.array(z.string().min(1)).min(1),
  onInfected: z.enum(ON_INFECTED),
  // Executions that an older version started have none of these.
  inertTypes: z.enum(INERT_TYPES).default('strict'),
  xmlStylesheets: z.enum(XML_STYLESHEETS).default('reject'),
  activeContent: z.enum(ACTIVE_CONTENT).default('allow'),
  /** How long a scan may wait for an engine. */
  maxWaitSeconds: z.int().positive().optional(),
  /** What happens to an object that is CLEAN, beside its tag. */
  onClean: z.strictObject({ copyTo: CopyTo }).optional(),
  /** Prefixes of keys that are not scanned. */
  trusted: z.array(z.string().min(1)).min(1).optional(),
});

export type ScanPolicy = z.infer<typeof ScanPolicy>;
