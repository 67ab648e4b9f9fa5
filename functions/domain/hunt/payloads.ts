import { z } from 'zod';
import { ListedObject } from '../rescan/payloads.ts';
import { HuntNames } from './named.ts';
import { RULES_FOLDER } from './rules.ts';
import { HuntTotals } from './totals.ts';

/** Inputs and outputs of the hunt-bucket state machine. */

/** The rules, and their content: whoever may write there cannot change those of a hunt. */
export const HuntRules = z.strictObject({
  key: z.string().regex(new RegExp(`^${RULES_FOLDER}[\\w-]+\\.json$`), `is no file of ${RULES_FOLDER}`),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256'),
});
export type HuntRules = z.infer<typeof HuntRules>;

/** The input from an operator. */
export const HuntRequest = z.strictObject({
  bucket: z.string().min(1),
  /** Only keys with this prefix. */
  prefix: z.string().default(''),
  rules: HuntRules,
  /** Batches at once. */
  maxConcurrency: z.int().min(1).max(1000).default(10),
  /** Percentage of the objects listed; a hunt with more failures fails. */
  toleratedFailurePercentage: z.int().min(0).max(100).default(5),
});
export type HuntRequest = z.infer<typeof HuntRequest>;

export const PrepareHuntInput = z.strictObject({ request: HuntRequest });

/** The completed request, and what later states use. */
export const Hunt = HuntRequest.extend({
  /** Names of the files. */
  files: z.array(z.string()),
  /** How many signatures the engine has loaded from them. */
  signatures: z.int().positive(),
  /** Nothing to list. */
  empty: z.boolean(),
  /** Where a failed Map Run stores its reason. */
  failure: z.object({ Error: z.string(), Cause: z.string().optional() }).nullable(),
});
export type Hunt = z.infer<typeof Hunt>;

/** A batch from the Map Run, or what `Hunt Batch` leaves for the next loop. */
export const HuntBatchInput = z.strictObject({
  BatchInput: z.strictObject({ bucket: z.string().min(1), rules: HuntRules }),
  Items: z.array(ListedObject),
  totals: HuntTotals.optional(),
  gbSeconds: z.number().default(0),
  named: HuntNames.optional(),
});
export type HuntBatchInput = z.infer<typeof HuntBatchInput>;

/** `Items`: objects that are left for lack of time. */
export interface HuntBatchOutput {
  readonly BatchInput: HuntBatchInput['BatchInput'];
  readonly Items: readonly ListedObject[];
  readonly totals: HuntTotals;
  /** Billed time of `Hunt Batch` so far. */
  readonly gbSeconds: number;
  readonly named: HuntNames;
}

/** What a batch leaves in the results. */
export const HuntBatchResult = z.strictObject({
  totals: HuntTotals,
  gbSeconds: z.number().nonnegative(),
  named: HuntNames,
});

export const SummarizeHuntInput = z.strictObject({
  hunt: Hunt,
  runId: z.string().min(1),
  runName: z.string().min(1),
  startTime: z.iso.datetime(),
});

/** The report of a hunt. */
export const HuntSummary = z.strictObject({
  ...HuntTotals.shape,
  durationMs: z.int().nonnegative(),
  /** With the scanner time that was used. */
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
  files: z.array(z.string()),
  signatures: z.int().positive(),
  startTime: z.iso.datetime(),
});
export type HuntSummary = z.infer<typeof HuntSummary>;
