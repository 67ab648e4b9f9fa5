import type { ObjectReference } from '../object-reference.ts';
import type { Tags } from '../ports.ts';
import type { Totals } from './totals.ts';

/** Whether a bucket can be listed. May throw InvalidInput (no such bucket), AccessDenied, StorageUnavailable. */
export interface BucketListing {
  hasObjects(bucket: string, prefix: string): Promise<boolean>;
}

/** What a listing does not return about an object. May throw ObjectGone, AccessDenied, StorageUnavailable. */
export interface CurrentTags {
  /** Tags of what the key holds now, and its version where there are versions. */
  currentTags(
    object: Pick<ObjectReference, 'bucket' | 'key'>,
  ): Promise<{ readonly tags: Tags; readonly versionId?: string }>;
}

/** How far the `due` windows of a bucket and prefix have progressed. May throw AccessDenied, StorageUnavailable. */
export interface Progress {
  /** Milliseconds; undefined before the first run. */
  read(bucket: string, prefix: string): Promise<number | undefined>;
  /** Never moves backward. */
  advance(bucket: string, prefix: string, to: number): Promise<void>;
}

/** One line of a Map Run's results. */
export interface ResultLine {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'PENDING';
  readonly line: unknown;
}

/** The results of a run's batches. May throw AccessDenied, StorageUnavailable. */
export interface RunResults {
  /** Streams, since a run may have millions of batches; yields nothing for a run without results. */
  lines(runName: string): AsyncIterable<ResultLine>;
}

/** Metrics that alarms use. */
export interface RescanMetrics {
  /** @param completed whether a scheduled run of the bucket succeeded */
  record(bucket: string, totals: Totals, completed: boolean): void;
}
