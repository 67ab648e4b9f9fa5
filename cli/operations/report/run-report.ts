import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DeployedStack } from '../deployed-stack.ts';
import { deployedFilters } from '../upload-pattern.ts';
import { wordsOf } from '../verdict-words.ts';
import { type Looked, lookAtObjects } from './report-objects.ts';
import type { Asked, Progress } from './report-state.ts';

/** The word for objects without a verdict. */
export const NONE = 'none';
/** Objects whose tags may not be read: their status is not known. */
export const UNKNOWN = 'unknown';
/** When not one object before can be read either, the rest cannot. */
const DENIED_AT_FIRST = 100;
const OLDER = 'before --since';

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
  readonly deployed: DeployedStack;
  readonly asked: Asked;
  readonly from: Progress;
  readonly signal: AbortSignal;
  readonly onObject: (object: ReportedObject) => void;
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
export async function runReport(
  { s3, eventBridge }: { readonly s3: S3Client; readonly eventBridge: EventBridgeClient },
  options: ReportOptions,
): Promise<ReportEnd> {
  const { deployed, asked, from, signal, onObject, onProgress } = options;
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
      const dialect = deployed.gateOf(bucket);
      const isAsked = askedStatuses(asked.status, wordsOf(dialect));
      const by = counts.get(bucket) ?? new Map<string, number>();
      counts.set(bucket, by);
      const listing = { bucket, prefix, versions: asked.versions, after };
      const looks = lookAtObjects(s3, {
        ...{
          ...listing,
          dialect,
          signal,
          filters: await deployedFilters(eventBridge, deployed.bucketOf(bucket).starts.uploadRuleArn),
        },
        onRequest: (kind) => {
          requests[kind] += 1;
        },
      });
      let denied = 0;
      for await (const looked of looks) {
        denied = looked.kind === 'denied' ? denied + 1 : Number.NEGATIVE_INFINITY;
        if (looked.kind === 'denied' && denied > DENIED_AT_FIRST)
          throw new Error(`the tags in s3://${bucket} may not be read (${looked.cause})`);
        const word = since !== undefined && timeOf(looked) < since ? OLDER : wordOf(looked);
        by.set(word, (by.get(word) ?? 0) + 1);
        if (word !== OLDER && looked.kind !== 'without' && (word === UNKNOWN || isAsked(word))) {
          reported += 1;
          onObject(rowOf(bucket, looked, word));
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
