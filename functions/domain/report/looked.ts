import type { KeyFilters } from '../rescan/strategy.ts';
import type { DialectOfStack, TaggedVerdict } from '../tagged-verdict.ts';

/** Where a listing goes on: behind this. */
export interface Position {
  readonly key: string;
  /** Of a listing of versions. */
  readonly versionId?: string | undefined;
}

export interface ListedObject extends Position {
  readonly uploaded: Date;
  /** Bytes. */
  readonly size: number;
}

/** Objects that have no verdict to report, and why. */
export const WITHOUT = {
  filtered: 'filtered out',
  trusted: 'trusted',
  folder: 'folder markers',
  gone: 'gone meanwhile',
} as const;

export type Looked = ListedObject &
  (
    | { readonly kind: 'without'; readonly why: (typeof WITHOUT)[keyof typeof WITHOUT] }
    | ({ readonly kind: 'tagged' } & TaggedVerdict)
    /** Its tags may not be read. */
    | { readonly kind: 'denied'; readonly cause: string }
  );

/** What decides how the objects of a bucket are looked at. */
export interface BucketToReport {
  readonly filters: KeyFilters;
  readonly dialect: DialectOfStack;
}

export interface LookOptions extends BucketToReport {
  readonly bucket: string;
  readonly prefix: string;
  /** All versions of each key, not only the current one. */
  readonly versions: boolean;
  readonly after?: Position | undefined;
  readonly signal: AbortSignal;
  readonly onRequest: (kind: 'list' | 'tags') => void;
}

/** Everything that a bucket holds, in the order of its listing. */
export type LookAtObjects = (options: LookOptions) => AsyncIterable<Looked>;
