import { z } from 'zod';
import type { EventObject } from '../object-reference.ts';
import { ScanPolicy } from '../scan-policy.ts';
import type { Verdict } from '../verdict.ts';
import { AgeSteps, DEFAULT_AGE_STEPS } from './age-steps.ts';
import { Named } from './named.ts';
import { STRATEGIES } from './strategy.ts';
import { Applied, Totals } from './totals.ts';

/** Inputs and outputs of the rescan-bucket state machine. */
const instant = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();

/** ISO 8601 instants; after `from`, up to and including `to`. */
export const RescanWindow = z
  .strictObject({ from: instant, to: instant })
  .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { message: 'ends before it begins' });
export type RescanWindow = z.infer<typeof RescanWindow>;

/** Of the upload rule; empty lists match every key. */
export const RescanFilters = z.strictObject({
  prefixes: z.array(z.string()),
  suffixes: z.array(z.string()),
  /** Prefixes of keys that are not scanned. */
  trusted: z.array(z.string().min(1)).optional(),
});

/** The input from a schedule or an operator; only `bucket` is required. */
export const RescanRequest = z.strictObject({
  bucket: z.string().min(1),
  /** Only keys with this prefix. */
  prefix: z.string().default(''),
  strategy: z.enum(STRATEGIES).default('due'),
  /** For `due`; default: since the end of the last run's window. */
  window: RescanWindow.optional(),
  /** Default: the policy for uploads to that bucket. */
  policy: ScanPolicy.optional(),
  /** Default: those of the bucket's uploads. */
  filters: RescanFilters.optional(),
  /** Scans what is under a trusted prefix, which `prefix` must lie in; for once, by hand. */
  scanTrusted: z.boolean().optional(),
  /** For `due`; default: the bucket's. */
  ages: AgeSteps.optional(),
  /** Batches at once. */
  maxConcurrency: z.int().min(1).max(1000).default(10),
  /** Percentage of the objects listed; a run with more failures fails. */
  toleratedFailurePercentage: z.int().min(0).max(100).default(5),
  /** When the schedule was to start it, even if it started late. */
  scheduledTime: instant.optional(),
});

/** The completed request, and what later states use. */
export const Rescan = RescanRequest.omit({ scheduledTime: true }).extend({
  window: RescanWindow,
  policy: ScanPolicy,
  filters: RescanFilters,
  /** The default is for executions that began before there were ages of a bucket's own. */
  ages: AgeSteps.default([...DEFAULT_AGE_STEPS]),
  /** Whether the next run continues where this one's window ends. */
  advancesWindow: z.boolean(),
  /** Started by the bucket's schedule with its configured input, not by hand. */
  scheduled: z.boolean(),
  /** Executions of earlier versions do not say. */
  scanTrusted: z.boolean().default(false),
  /** Nothing to list. */
  empty: z.boolean(),
  /** Where a failed Map Run stores its reason. */
  failure: z.object({ Error: z.string(), Cause: z.string().optional() }).nullable(),
});
export type Rescan = z.infer<typeof Rescan>;

/** The settings that each batch carries. */
export const BatchSettings = Rescan.pick({
  bucket: true,
  strategy: true,
  window: true,
  policy: true,
  filters: true,
  ages: true,
});
export type BatchSettings = z.infer<typeof BatchSettings>;

/**
 * One object as Step Functions lists it; open on purpose.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export const ListedObject = z.object({
  Key: z.string().min(1),
  /** With its quotes. */
  Etag: z.string().min(1),
  Size: z.int().nonnegative(),
  /** Seconds since 1970. */
  LastModified: z.number(),
  StorageClass: z.string().default('STANDARD'),
});
export type ListedObject = z.infer<typeof ListedObject>;

/** A verdict that differs from the tags. */
export interface ChangedVerdict {
  readonly object: EventObject;
  readonly verdict: Verdict;
  readonly infected: boolean;
}

/** A batch from the Map Run, or what `Scan Batch` leaves for the next loop. */
export const ScanBatchInput = z.strictObject({
  BatchInput: BatchSettings,
  Items: z.array(ListedObject),
  totals: Totals.optional(),
  gbSeconds: z.number().default(0),
  changed: z.unknown().optional(),
  applied: z.array(Applied).default([]),
  named: Named.optional(),
});
export type ScanBatchInput = z.infer<typeof ScanBatchInput>;

/** `Items`: objects that are left for lack of time or room. */
export interface ScanBatchOutput {
  readonly BatchInput: BatchSettings;
  readonly Items: readonly ListedObject[];
  readonly totals: Totals;
  /** Billed time of `Scan Batch` so far. */
  readonly gbSeconds: number;
  readonly changed: readonly ChangedVerdict[];
  readonly applied: readonly Applied[];
  readonly named: Named;
}

/** What a batch leaves in the results. */
export const BatchResult = z.strictObject({
  totals: Totals,
  gbSeconds: z.number().nonnegative(),
  applied: z.array(Applied),
  /** Batches of earlier versions have none. */
  named: Named.optional(),
});

export const SummarizeRescanInput = z.strictObject({
  rescan: Rescan,
  runId: z.string().min(1),
  runName: z.string().min(1),
  startTime: z.iso.datetime(),
});

/** Malware that was still in the bucket when the run ended. */
export const InfectedLeft = z.strictObject({
  key: z.string().min(1),
  versionId: z.string().optional(),
  finding: z.string().nullable(),
});
export type InfectedLeft = z.infer<typeof InfectedLeft>;

/** The report of a run. */
export const RescanSummary = z.strictObject({
  ...Totals.shape,
  durationMs: z.int().nonnegative(),
  /** By the cost model, from the numbers above: what `rescan --dry-run` would have said of them. */
  estimatedCostUsd: z.number().nonnegative(),
  /** The same with the scanner time that was used. */
  costUsd: z.number().nonnegative(),
  /** That time, as Lambda bills it; a batch that failed is not in it. */
  scannerGbSeconds: z.number().nonnegative(),
  status: z.enum(['SUCCEEDED', 'FAILED']),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  /** Execution ARN. */
  runId: z.string().min(1),
  bucket: z.string().min(1),
  prefix: z.string(),
  strategy: z.enum(STRATEGIES),
  window: RescanWindow,
  startTime: z.iso.datetime(),
  /** Malware that is still there, looked at again at the end; runs of earlier versions name none. */
  infectedObjects: z.array(InfectedLeft).readonly().optional(),
  /** How much more was found that is not named, and may be gone. */
  moreInfected: count.optional(),
  /** Where all of it stands by name, with what failed and what changed. */
  results: z.strictObject({ bucket: z.string().min(1), prefix: z.string().min(1) }).optional(),
  /** Only on a local stack under test signatures. */
  definitions: z.literal('test').optional(),
});
export type RescanSummary = z.infer<typeof RescanSummary>;

export const NotifyRescanInput = z.strictObject({ summary: RescanSummary });
