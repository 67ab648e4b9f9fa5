import type { WatchedBucket } from './watched-bucket.ts';

export type Attempt = () => Promise<unknown>;

/** One way at the gate, in all its variants. Its title is named in the table of docs/security.md. */
export interface Attack {
  readonly title: string;
  /** ARNs of those who try. */
  readonly by: readonly string[];
  /** S3's answer to every attempt; without it attempts may succeed but must not reveal content. */
  readonly refusedBy?: string | RegExp;
  attempts(bucket: WatchedBucket, who: string): readonly Attempt[] | Promise<readonly Attempt[]>;
}
