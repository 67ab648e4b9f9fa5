import type { ObjectReference } from '../object-reference.ts';
import type { Tags } from '../ports.ts';
import type { Totals } from './totals.ts';

/** Whether a bucket can be listed. May throw InvalidInput (no such bucket), AccessDenied, StorageUnavailable. */
export interface BucketListing {
  hasObjects(bucket: string, prefix: string): Promise<boolean>;
}

/** What a listing leaves out of an object. May throw ObjectGone, AccessDenied, StorageUnavailable. */
export interface CurrentTags {
  /** Of what the key holds now, and which version that is, where there are versions. */
  currentTags(
    object: Pick<ObjectReference, 'bucket' | 'key'>,
  ): Promise<{ readonly tags: Tags; readonly versionId?: string }>;
}

/** How far the `due` windows of a bucket and prefix have come. May throw AccessDenied, StorageUnavailable. */
export interface Progress {
  /** Milliseconds; undefined before the first run. */
  read(bucket: string, prefix: string): Promise<number | undefined>;
  /** Never goes back. */
  advance(bucket: string, prefix: string, to: number): Promise<void>;
}

/** One line of a Map Run's results. */
export interface ResultLine {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'PENDING';
  readonly line: unknown;
}

/** What a run's batches left. May throw AccessDenied, StorageUnavailable. */
export interface RunResults {
  /** Streams, since a run may have millions of batches; yields nothing for a run without results. */
  lines(runName: string): AsyncIterable<ResultLine>;
}

/** Numbers that alarms look at. */
export interface RescanMetrics {
  /** @param completed whether the bucket's schedule has had its run */
  record(bucket: string, totals: Totals, completed: boolean): void;
}
