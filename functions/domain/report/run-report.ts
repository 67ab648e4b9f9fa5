import { AccessDenied } from '../errors.ts';
import { wordsOf } from '../verdict-words.ts';
import type { BucketToReport, LookAtObjects, Looked } from './looked.ts';
import type { Asked, Progress } from './progress.ts';

/** The word for objects without a verdict. */
export const NONE = 'none';
/** Objects whose tags may not be read: their status is not known. */
export const UNKNOWN = 'unknown';
/** When not one object before can be read either, the rest cannot. */
const DENIED_AT_FIRST = 100;
const OLDER = 'before --since';
/** Where nobody guards the tag it may have any value: counted by value up to so many, then together. */
const MOST_WORDS = 100;
const OTHERS = 'other values';

/** An object that is reported; in the words of the stack's dialect. */
export interface ReportedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  /** As it is tagged, `none` or `unknown`. */
  readonly status: string;
  /** Or why the tags cannot be read. */
  readonly finding: string | null;
  /** ISO 8601; null where the tags do not say when. */
  readonly scanTime: string | null;
  readonly definitions: string | null;
  readonly uploaded: string;
  /** Bytes. */
  readonly size: number;
}

export interface ReportOptions {
  readonly look: LookAtObjects;
  readonly bucketOf: (bucket: string) => Promise<BucketToReport>;
  readonly asked: Asked;
  readonly from: Progress;
  readonly signal: AbortSignal;
  /** Awaited: what is reported may have to be stored first. */
  readonly onObject: (object: ReportedObject) => void | Promise<void>;
  /** After each object, reported or not. */
  readonly onProgress: (progress: Progress) => void;
}

/** How a report ended. */
export interface ReportEnd {
  readonly progress: Progress;
  /** Why it did not come to its end; the signal, or what the SDK threw. */
  readonly fault?: unknown;
}

/** Reports object by object, so that whatever ends it, the rest can be reported later. */
export async function runReport(options: ReportOptions): Promise<ReportEnd> {
  const { look, bucketOf, asked, from, signal, onObject, onProgress } = options;
  const since = asked.since === undefined ? undefined : new Date(asked.since);
  const counts = new Map(Object.entries(from.counts).map(([bucket, by]) => [bucket, new Map(Object.entries(by))]));
  const requests = { ...from.requests };
  let { target, after, objects, reported } = from;
  const progress = (): Progress => ({
    ...{ target, objects, reported, requests },
    ...(after !== undefined && { after }),
    counts: Object.fromEntries([...counts].map(([bucket, by]) => [bucket, Object.fromEntries(by)])),
  });

  try {
    for (; target < asked.targets.length; target += 1, after = undefined) {
      const { bucket, prefix } = asked.targets[target] as Asked['targets'][number];
      const toReport = await bucketOf(bucket);
      const isAsked = askedStatuses(asked.status, wordsOf(toReport.dialect));
      const by = counts.get(bucket) ?? new Map<string, number>();
      counts.set(bucket, by);
      const looks = look({
        ...{ bucket, prefix, versions: asked.versions, after, signal, ...toReport },
        onRequest: (kind) => {
          requests[kind] += 1;
        },
      });
      let denied = 0;
      for await (const looked of looks) {
        denied = looked.kind === 'denied' ? denied + 1 : Number.NEGATIVE_INFINITY;
        if (looked.kind === 'denied' && denied > DENIED_AT_FIRST)
          throw new AccessDenied(`the tags in s3://${bucket} may not be read (${looked.cause})`);
        const word = since !== undefined && timeOf(looked) < since ? OLDER : wordOf(looked);
        const counted = by.has(word) || by.size < MOST_WORDS ? word : OTHERS;
        by.set(counted, (by.get(counted) ?? 0) + 1);
        if (word !== OLDER && looked.kind !== 'without' && (word === UNKNOWN || isAsked(word))) {
          reported += 1;
          await onObject(rowOf(bucket, looked, word));
        }
        objects += 1;
        after = { key: looked.key, ...(looked.versionId !== undefined && { versionId: looked.versionId }) };
        onProgress({ ...from, target, objects, reported, requests });
        if (signal.aborted) return { progress: progress(), fault: signal.reason };
      }
    }
    return { progress: progress() };
  } catch (fault) {
    return { progress: progress(), fault };
  }
}

/** Words for which something of what they mean is asked; all but what is readable when none is. */
function askedStatuses(status: readonly string[], words: ReturnType<typeof wordsOf>): (word: string) => boolean {
  const clean = words.get('CLEAN') ?? new Set();
  if (status.length === 0) return (word) => !clean.has(word);
  const all = new Set(status.flatMap((word) => [...(words.get(word as 'CLEAN') ?? [word])]));
  return (word) => all.has(word);
}

function wordOf(looked: Looked): string {
  if (looked.kind === 'without') return looked.why;
  return looked.kind === 'denied' ? UNKNOWN : (looked.status ?? NONE);
}

/** Of the verdict, or of the upload where there is none. */
const timeOf = (looked: Looked): Date => (looked.kind === 'tagged' && looked.scanTime) || looked.uploaded;

function rowOf(bucket: string, looked: Exclude<Looked, { kind: 'without' }>, status: string): ReportedObject {
  const { key, versionId, uploaded, size } = looked;
  const said = looked.kind === 'tagged' ? looked : { finding: looked.cause, scanTime: null, definitions: null };
  return {
    ...{ bucket, key, ...(versionId !== undefined && { versionId }), status, finding: said.finding },
    ...{ scanTime: said.scanTime?.toISOString() ?? null, definitions: said.definitions },
    ...{ uploaded: uploaded.toISOString(), size },
  };
}
