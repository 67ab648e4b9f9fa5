import { hash } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { listedKey } from '../../../functions/domain/listed-key.ts';
import { unquotedEtag, versionOf } from '../../../functions/domain/object-reference.ts';
import { QUARANTINE_LOG } from '../../../functions/domain/quarantine.ts';
import { statusOf } from '../s3-faults.ts';

/** A copy as the listing of the quarantine has it. */
export interface ListedCopy {
  /** Short, and free of what a key may hold. */
  readonly id: string;
  /** Key in the quarantine bucket. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly quarantined: string;
}

/** What was moved to the quarantine, and why. */
export interface QuarantinedCopy extends ListedCopy {
  readonly original: {
    readonly bucket: string;
    readonly key: string;
    /** null where it had none. */
    readonly version: string | null;
    readonly etag: string;
  };
  readonly status: string;
  readonly finding: string;
  readonly definitions: string;
  readonly scanTime: string;
  /** Of the copy, for requests about exactly this content. */
  readonly versionId: string | undefined;
  readonly etag: string;
  readonly lockedUntil: string | null;
  /** Everything that is stored with it. */
  readonly stored: StoredWith;
}

export interface StoredWith {
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
  readonly contentDisposition: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLanguage: string | undefined;
}

/** HeadObject for so many at once. */
const AT_ONCE = 16;
const ID_DIGITS = 16;

export const sha256 = (text: string): string => hash('sha256', text);

export const copyId = (key: string): string => sha256(key).slice(0, ID_DIGITS);
export const isCopyId = (text: string): boolean => new RegExp(`^[0-9a-f]{${ID_DIGITS}}$`).test(text);

/** Lists the copies page by page, without the log. @throws what the SDK throws */
export async function* listCopies(s3: S3Client, bucket: string, prefix = ''): AsyncGenerator<readonly ListedCopy[]> {
  let next: string | undefined;
  do {
    const page = await s3.send(
      // Encoded, because XML cannot hold every key.
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, EncodingType: 'url', ContinuationToken: next }),
    );
    const copies = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => {
      const key = listedKey(Key);
      return { id: copyId(key), key, size: Size, quarantined: LastModified?.toISOString() ?? '' };
    });
    yield copies.filter(({ key }) => !key.startsWith(QUARANTINE_LOG));
    next = page.NextContinuationToken;
  } while (next !== undefined);
}

/** The same with what each copy says about its original; one that is deleted meanwhile is left out. */
export async function* describedCopies(s3: S3Client, bucket: string, prefix = ''): AsyncGenerator<QuarantinedCopy> {
  for await (const page of listCopies(s3, bucket, prefix)) {
    for (let at = 0; at < page.length; at += AT_ONCE) {
      const described = await Promise.all(page.slice(at, at + AT_ONCE).map((copy) => describeCopy(s3, bucket, copy)));
      for (const copy of described) if (copy !== undefined) yield copy;
    }
  }
}

/** @returns undefined when it is gone */
export async function describeCopy(
  s3: S3Client,
  bucket: string,
  listed: Pick<ListedCopy, 'key'>,
): Promise<QuarantinedCopy | undefined> {
  const { key } = listed;
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const { Metadata: metadata = {} } = head;
    const said = (name: string) => metadata[`airlock-${name}`] ?? '';
    return {
      id: copyId(key),
      key,
      size: head.ContentLength ?? 0,
      quarantined: head.LastModified?.toISOString() ?? '',
      original: {
        bucket: said('bucket'),
        key: Buffer.from(said('key'), 'base64url').toString(),
        version: said('version') || null,
        etag: said('etag'),
      },
      status: said('status'),
      finding: said('finding'),
      definitions: said('definitions'),
      scanTime: said('scan-time'),
      versionId: versionOf(head.VersionId).versionId,
      etag: unquotedEtag(head.ETag ?? ''),
      lockedUntil: head.ObjectLockRetainUntilDate?.toISOString() ?? null,
      stored: {
        metadata,
        contentType: head.ContentType,
        cacheControl: head.CacheControl,
        contentDisposition: head.ContentDisposition,
        contentEncoding: head.ContentEncoding,
        contentLanguage: head.ContentLanguage,
      },
    };
  } catch (fault) {
    if (statusOf(fault) === 404) return undefined;
    throw fault;
  }
}

/**
 * The one copy that is meant: by its ID, by its key in the quarantine, or by `s3://BUCKET/KEY` of its original.
 * @throws Error when there is none, or there are several
 */
export async function findCopy(s3: S3Client, bucket: string, reference: string): Promise<QuarantinedCopy> {
  const found = await candidates(s3, bucket, reference);
  const [copy, ...others] = found;
  if (copy === undefined) {
    throw new Error(
      `nothing in quarantine is ${JSON.stringify(reference)}: \`airlock quarantine list\` prints what is`,
    );
  }
  if (others.length === 0) return copy;
  const ids = found.map(({ id, quarantined }) => `${id} of ${quarantined}`).join(', ');
  throw new Error(`several copies in quarantine are of ${JSON.stringify(reference)}: name one by its ID: ${ids}`);
}

async function candidates(s3: S3Client, bucket: string, reference: string): Promise<readonly QuarantinedCopy[]> {
  const original = /^s3:\/\/([^/]+)\/(.+)$/s.exec(reference);
  if (original !== null) {
    const [, from = '', key = ''] = original;
    const found: QuarantinedCopy[] = [];
    for (const name of [key, `sha256-${sha256(key)}`]) {
      for await (const copy of describedCopies(s3, bucket, `${from}/${name}/`)) {
        if (copy.original.bucket === from && copy.original.key === key) found.push(copy);
      }
    }
    return found;
  }
  if (reference.startsWith('s3://')) throw new Error(`${JSON.stringify(reference)} is not s3://BUCKET/KEY`);
  const key = isCopyId(reference) ? await keyOfId(s3, bucket, reference) : reference;
  const copy =
    key === undefined || key.startsWith(QUARANTINE_LOG) ? undefined : await describeCopy(s3, bucket, { key });
  return copy === undefined ? [] : [copy];
}

async function keyOfId(s3: S3Client, bucket: string, id: string): Promise<string | undefined> {
  for await (const page of listCopies(s3, bucket)) {
    const found = page.find((copy) => copy.id === id);
    if (found !== undefined) return found.key;
  }
  return undefined;
}
