import type { DialectOfStack } from '../../../functions/domain/tagged-verdict.ts';

/*
 * What the page asks of the console's server itself, because an answer takes several calls or a rule that `airlock` has:
 * types only, so that the page can import them.
 */

/** What is deployed, as the outputs of the stack have it. */
export interface Deployed {
  readonly buckets: readonly WatchedBucket[];
  readonly rescanArn: string;
  readonly scanArn: string;
  /** undefined where nothing is moved there. */
  readonly quarantine: string | undefined;
  readonly topics: readonly Topic[];
}

export interface WatchedBucket extends DialectOfStack {
  readonly name: string;
  /** undefined: the bucket existed before. */
  readonly versioned: boolean | undefined;
}

export interface Topic {
  readonly arn: string;
  readonly about: 'verdicts' | 'alarms';
}

/** A queue, and what is in it. */
export interface QueueState {
  /** As `airlock waiting` calls it; of another queue its name. */
  readonly name: string;
  /** What being in it means. */
  readonly kind: 'waiting' | 'dead letters' | 'other';
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly oldestSeconds: number | null;
}

export interface Quarantined {
  readonly id: string;
  readonly original: { readonly bucket: string; readonly key: string; readonly version: string | null };
  readonly size: number;
  readonly finding: string;
  readonly definitions: string;
  readonly status: string;
  /** ISO 8601. */
  readonly quarantined: string;
  readonly lockedUntil: string | null;
}

export interface RestoreResult {
  readonly restored: boolean;
  readonly result: string;
  readonly finding: string | null;
  readonly bucket: string;
  readonly key: string;
  readonly version: string | null;
}

/** One message of a topic, or one event of the bus. */
export interface Notice {
  /** Grows with each. */
  readonly number: number;
  /** `queue`: put there by neither. */
  readonly channel: 'sns' | 'events' | 'queue';
  /** Topic's name, or the event's `detail-type`. */
  readonly from: string;
  /** ISO 8601. */
  readonly time: string;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of an event: its `detail`. */
  readonly body: string;
}

export interface Heard {
  /** Who counts them: each run of the console's server begins at 1. */
  readonly listener: string;
  readonly notices: readonly Notice[];
  /** Older ones that were dropped for lack of room. */
  readonly dropped: number;
  /** Why nothing is heard; undefined: all is well. */
  readonly fault: string | undefined;
}

interface Operation<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** By name, what each takes and answers. */
export interface Operations {
  readonly Deployed: Operations0<Deployed>;
  readonly Queues: Operations0<readonly QueueState[]>;
  /** Scans one version as if it had just been uploaded: `airlock scan`. */
  readonly ScanObject: Operation<
    { readonly bucket: string; readonly key: string; readonly versionId: string },
    { readonly executionArn: string }
  >;
  readonly ListQuarantine: Operations0<{
    readonly copies: readonly Quarantined[];
    /** There are others, which are not listed. */
    readonly more: boolean;
    /** Whether the page may ask for the copies, and do anything with them: what was found is not known without. */
    readonly mayRead: boolean;
  }>;
  /** `airlock quarantine restore`: the deployed scanner decides. */
  readonly RestoreCopy: Operation<{ readonly id: string; readonly reason: string }, RestoreResult>;
  /** `airlock quarantine delete` */
  readonly DeleteCopy: Operation<{ readonly id: string; readonly reason: string }, object>;
  /** What was sent since, oldest first. */
  readonly Notifications: Operation<{ readonly after: number; readonly listener: string }, Heard>;
}

type Operations0<Output> = Operation<object, Output>;
export type OperationName = keyof Operations;
