import { setTimeout as wait } from 'node:timers/promises';
import { GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { isGone } from '../s3-faults.ts';

export interface PutObject {
  readonly bucket: string;
  readonly key: string;
  /** undefined without versioning. */
  readonly versionId: string | undefined;
}

/** The value of the status tag; gone: deleted or moved away. */
export type Seen = { readonly tag: string } | 'gone' | 'no verdict';

const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 3000;

export interface FollowOptions {
  readonly tagKey: string;
  /** Whether this is the end; otherwise there is more to wait for. */
  readonly isEnd: (seen: Exclude<Seen, 'no verdict'>) => boolean;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

/** @returns what was seen last, when it is the end or the time is over; @throws AbortError, and what the SDK throws */
export async function followObject(s3: S3Client, object: PutObject, options: FollowOptions): Promise<Seen> {
  const { tagKey, isEnd, timeoutMilliseconds, signal } = options;
  const end = Date.now() + timeoutMilliseconds;
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(1.5 * pause, LONGEST_PAUSE_MILLISECONDS)) {
    signal.throwIfAborted();
    const seen = await look(s3, object, tagKey);
    if ((seen !== 'no verdict' && isEnd(seen)) || Date.now() > end) return seen;
    await wait(pause, undefined, { signal });
  }
}

async function look(s3: S3Client, { bucket, key, versionId }: PutObject, tagKey: string): Promise<Seen> {
  try {
    const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    const { TagSet = [] } = await s3.send(command);
    const value = TagSet.find(({ Key }) => Key === tagKey)?.Value;
    return value === undefined ? 'no verdict' : { tag: value };
  } catch (fault) {
    if (isGone(fault)) return 'gone';
    throw fault;
  }
}
