import type { CopiedTo } from './copies/copy-to.ts';
import { duplicateId } from './duplicate-id.ts';
import { unquotedEtag } from './object-reference.ts';
import type { NotifyInput, Outcome } from './payloads.ts';
import type { Digest } from './ports.ts';
import type { ScanStatus } from './verdict.ts';

/** The facts about one scan that each dialect formats. */
export interface Notification {
  /** Execution ARN. */
  readonly scanId: string;
  /** The same for every message about the same upload. */
  readonly duplicateId: string;
  readonly bucket: string;
  readonly key: string;
  readonly version: string | null;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string | null;
  readonly status: ScanStatus;
  readonly finding: string | null;
  readonly definitions: string | null;
  /** What documents in the object run or fetch when they are opened. */
  readonly activeContent: readonly string[];
  readonly action: Outcome['action'];
  readonly tagged: boolean;
  /** Only of buckets whose clean objects are copied: the copy, null where there is none. */
  readonly copiedTo?: CopiedTo | null;
  /** ISO 8601. */
  readonly scanTime: string;
  /** Milliseconds since the execution started. */
  readonly durations: { readonly verdictMs: number; readonly totalMs: number };
}

export function toNotification(input: NotifyInput, now: Date, digest: Digest): Notification {
  const { outcome, object } = input;
  const verdict = outcome.verdict ?? input.verdict;
  const start = Date.parse(input.startTime);
  return {
    scanId: input.scanId,
    duplicateId: duplicateId(input, digest),
    bucket: input.bucket,
    key: object.key,
    version: object['version-id'] ?? null,
    etag: unquotedEtag(object.etag),
    size: object.size,
    type: verdict.type,
    status: verdict.status,
    finding: verdict.finding,
    definitions: verdict.definitions,
    activeContent: verdict.activeContent,
    action: outcome.action,
    tagged: outcome.tagged,
    ...(outcome.copiedTo !== undefined && { copiedTo: outcome.copiedTo }),
    scanTime: verdict.scanTime,
    durations: {
      verdictMs: Math.max(0, Date.parse(verdict.scanTime) - start),
      totalMs: Math.max(0, now.getTime() - start),
    },
  };
}
