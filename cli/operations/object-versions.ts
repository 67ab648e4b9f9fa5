import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { unquotedEtag } from '../../functions/domain/object-reference.ts';
import { listedKey } from './listed-key.ts';
import type { ObjectAddress } from './s3-uri.ts';

/** One version of a key, as the bucket lists it. */
export interface ListedVersion {
  /** `null` for content that was written without versioning. */
  readonly versionId: string;
  readonly current: boolean;
  readonly lastModified: Date;
  /** undefined for a delete marker, which has no content. */
  readonly content: { readonly etag: string; readonly size: number } | undefined;
}

/**
 * The versions of exactly this key, newest first, those without content too. Asks the bucket's listing: the gate denies
 * operators HeadObject while there is no verdict.
 * @throws what the SDK throws
 */
export async function* objectVersions(s3: S3Client, { bucket, key }: ObjectAddress): AsyncGenerator<ListedVersion> {
  // Keys are sorted: the versions of this one come before those of keys that begin with it.
  let marker: Pick<ListObjectVersionsCommandOutput, 'NextVersionIdMarker'> = {};
  for (;;) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: key,
        // XML cannot hold every key.
        EncodingType: 'url',
        ...(marker.NextVersionIdMarker !== undefined && {
          KeyMarker: key,
          VersionIdMarker: marker.NextVersionIdMarker,
        }),
      }),
    );
    const { Versions = [], DeleteMarkers = [] } = page;
    const own = [
      ...Versions.map(({ ETag, Size, ...version }) => ({ ...version, content: contentOf(ETag, Size) })),
      ...DeleteMarkers.map((version) => ({ ...version, content: undefined })),
    ].filter(({ Key }) => listedKey(Key) === key);
    const times = own.map(({ LastModified }) => LastModified?.getTime());
    if (times.includes(undefined)) throw new Error(`S3 listed s3://${bucket}/${key} without its time`);
    own.sort(
      (a, b) =>
        Number(b.IsLatest) - Number(a.IsLatest) || (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0),
    );
    for (const { VersionId = 'null', IsLatest = false, LastModified = new Date(0), content } of own) {
      yield { versionId: VersionId, current: IsLatest, lastModified: LastModified, content };
    }
    const isPast = [...Versions, ...DeleteMarkers].some(({ Key }) => listedKey(Key) !== key);
    if (!page.IsTruncated || isPast || page.NextVersionIdMarker === undefined) return;
    marker = page;
  }
}

function contentOf(etag: string | undefined, size: number | undefined): ListedVersion['content'] {
  if (etag === undefined || size === undefined) throw new Error('S3 listed a version without ETag or size');
  return { etag: unquotedEtag(etag), size };
}
