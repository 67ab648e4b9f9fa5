import { z } from 'zod';
import { CopiedTo, CopyTo } from './copies/copy-to.ts';
import { EventObject } from './object-reference.ts';
import { ON_INFECTED, ScanPolicy } from './scan-policy.ts';
import { Verdict } from './verdict.ts';

/**
 * One schema for each task input and output of the state machines. `bucket` and `object` come straight from the
 * event's `detail`.
 */
const target = { bucket: z.string().min(1), object: EventObject };

/**
 * Gets the execution's whole input as `upload`, and names what is wrong with it. Executions that an older version started
 * hand over bucket, object and policy alone.
 */
export const CheckFileTypeInput = z.preprocess(
  (payload) => (isUpload(payload) ? ofUpload(payload.upload) : payload),
  z.strictObject({ ...target, policy: ScanPolicy }),
);
export type CheckFileTypeInput = z.infer<typeof CheckFileTypeInput>;

/**
 * `rejection` is null when the type is allowed. `headers`: digest of the stored headers that were judged; null when the
 * content could not be read.
 */
export interface CheckFileTypeOutput {
  readonly type: string;
  readonly headers: string | null;
  readonly rejection: Verdict | null;
}

export const ScanObjectInput = z.strictObject({
  ...target,
  policy: ScanPolicy,
  type: z.string().min(1).nullable(),
  // Executions that an older version started have none.
  headers: z.string().min(1).nullable().default(null),
});
export type ScanObjectInput = z.infer<typeof ScanObjectInput>;

/**
 * `policy`: none where nothing follows but a notification. Executions that an older version started have `onInfected` of it,
 * or a Choice of their own.
 */
export const TagObjectInput = z.strictObject({
  ...target,
  verdict: Verdict,
  policy: ScanPolicy.optional(),
  onInfected: z.enum(ON_INFECTED).optional(),
});
export type TagObjectInput = z.infer<typeof TagObjectInput>;

/** What was done about the verdict: `tagged` is false when the object has no room for our tags. */
export const Outcome = z.strictObject({
  tagged: z.boolean(),
  action: z.enum(['none', 'tag', 'quarantine', 'delete']),
  /** The verdict that was tagged, where S3's answer for an unread object changed it. */
  verdict: Verdict.optional(),
  /** Of a bucket whose clean objects are copied: the copy of this one, null where there is none. */
  copiedTo: CopiedTo.nullable().optional(),
});
export type Outcome = z.infer<typeof Outcome>;

export const QuarantineObjectInput = z.strictObject({ ...target, verdict: Verdict });
export type QuarantineObjectInput = z.infer<typeof QuarantineObjectInput>;

/** `copied` is false when the content was gone before it could be copied: then there is nothing to delete. */
export interface QuarantineObjectOutput {
  readonly copied: boolean;
}

/** `outcome`: what was done so far; of an object that is CLEAN, its tag. */
export const CopyObjectInput = z.strictObject({
  ...target,
  verdict: Verdict,
  copyTo: CopyTo,
  outcome: Outcome.default({ tagged: true, action: 'tag' }),
});
export type CopyObjectInput = z.infer<typeof CopyObjectInput>;

export const DeleteObjectInput = z.strictObject({
  ...target,
  /** What was done so far. */
  outcome: Outcome,
  /** The action that ends with this deletion. */
  action: z.enum(['quarantine', 'delete']),
});
export type DeleteObjectInput = z.infer<typeof DeleteObjectInput>;

export const FindCurrentObjectInput = z.strictObject({ bucket: z.string().min(1), key: z.string().min(1) });
export type FindCurrentObjectInput = z.infer<typeof FindCurrentObjectInput>;

export const NotifyInput = z.strictObject({
  ...target,
  /** Execution ARN. */
  scanId: z.string().min(1),
  startTime: z.iso.datetime(),
  verdict: Verdict,
  outcome: Outcome,
});
export type NotifyInput = z.infer<typeof NotifyInput>;

interface Upload {
  readonly detail?: { readonly bucket?: { readonly name?: unknown }; readonly object?: unknown };
  readonly policy?: unknown;
}

function isUpload(payload: unknown): payload is { upload: Upload | null } {
  return typeof payload === 'object' && payload !== null && 'upload' in payload;
}

function ofUpload(upload: Upload | null): object {
  return { bucket: upload?.detail?.bucket?.name, object: upload?.detail?.object, policy: upload?.policy };
}
