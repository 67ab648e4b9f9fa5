import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  CURRENT_KEY,
  type Hold,
  isHeld,
  keyOf,
  manifestKey,
  PublishedDefinitions,
  VERSIONS,
} from '../../../functions/domain/definitions/published-definitions.ts';
import { isConflict, isGone } from '../s3-faults.ts';

export interface CurrentSet {
  readonly set: PublishedDefinitions;
  readonly etag: string | undefined;
}

/**
 * The set that `current.json` names; undefined when nothing has been published.
 * @throws Error when it is broken; what the SDK throws
 */
export async function currentSet(s3: S3Client, bucket: string): Promise<CurrentSet | undefined> {
  const found = await textOf(s3, bucket, CURRENT_KEY);
  return found && { set: setIn(found.text, `s3://${bucket}/${CURRENT_KEY}`), etag: found.etag };
}

/** Sets that are kept, the newest first; those of a version that kept no description of them are left out. */
export async function keptSets(s3: S3Client, bucket: string): Promise<PublishedDefinitions[]> {
  const sets: PublishedDefinitions[] = [];
  let next: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: VERSIONS, Delimiter: '/', ContinuationToken: next }),
    );
    for (const { Prefix: prefix = '' } of page.CommonPrefixes ?? []) {
      const key = manifestKey({ prefix });
      const found = await textOf(s3, bucket, key);
      if (found !== undefined) sets.push(setIn(found.text, `s3://${bucket}/${key}`));
    }
    next = page.NextContinuationToken;
  } while (next !== undefined);
  return sets.sort((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1));
}

/**
 * Puts an earlier set in use and holds it.
 * @throws Error when a file of it is gone, or an update has published meanwhile; what the SDK throws
 */
export async function goBackTo(
  s3: S3Client,
  bucket: string,
  {
    earlier,
    current,
    hold,
  }: { readonly earlier: PublishedDefinitions; readonly current: CurrentSet; readonly hold: Hold },
): Promise<void> {
  for (const file of earlier.files) {
    const Key = keyOf(earlier, file);
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key })).catch((fault: unknown) => {
      if (isGone(fault)) return undefined;
      throw fault;
    });
    if (head?.ContentLength === file.size) continue;
    throw new Error(
      `${earlier.prefix} is not whole any more: ${file.name} is ${head === undefined ? 'gone' : 'changed'}`,
    );
  }
  // When the mirror was asked last does not change by going back.
  await swap(s3, bucket, { ...earlier, checkedAt: current.set.checkedAt, hold }, current);
}

/** Lets updates publish again. @returns false when nothing was held */
export async function endHold(s3: S3Client, bucket: string, current: CurrentSet): Promise<boolean> {
  const { hold, ...set } = current.set;
  if (hold === undefined) return false;
  await swap(s3, bucket, set, current);
  return isHeld(current.set, new Date());
}

async function swap(s3: S3Client, Bucket: string, set: PublishedDefinitions, { etag }: CurrentSet): Promise<void> {
  const Body = JSON.stringify(set, undefined, 2);
  try {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: CURRENT_KEY, Body, ContentType: 'application/json', IfMatch: etag }),
    );
  } catch (fault) {
    if (!isConflict(fault)) throw fault;
    throw new Error('an update has published meanwhile: look at `airlock definitions status`, and try again', {
      cause: fault,
    });
  }
}

async function textOf(s3: S3Client, Bucket: string, Key: string) {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return { text: (await Body?.transformToString()) ?? '', etag: ETag };
  } catch (fault) {
    if (isGone(fault)) return undefined;
    throw fault;
  }
}

function setIn(text: string, place: string): PublishedDefinitions {
  try {
    return PublishedDefinitions.parse(JSON.parse(text));
  } catch (fault) {
    throw new Error(`${place} is broken: start an update, \`airlock definitions update\``, { cause: fault });
  }
}
