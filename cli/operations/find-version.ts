import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { type ObjectReference, unquotedEtag, versionOf } from '../../functions/domain/object-reference.ts';

export interface FoundVersion extends ObjectReference {
  readonly lastModified: Date;
}

/**
 * The content that S3 has for that version. Asks the bucket's listing: the gate denies operators HeadObject while
 * there is no verdict.
 * @param target without `versionId`, content that was written without versioning
 * @returns undefined when it is gone
 * @throws what the SDK throws
 */
export async function findVersion(
  s3: S3Client,
  { bucket, key, versionId = 'null' }: Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>,
): Promise<FoundVersion | undefined> {
  // Keys are sorted: the versions of this one come before those of keys that begin with it.
  let marker: Pick<ListObjectVersionsCommandOutput, 'NextVersionIdMarker'> = {};
  for (;;) {
    const page = await s3.send(
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
    const version = Versions.find(({ Key, VersionId }) => decoded(Key) === key && VersionId === versionId);
    if (version !== undefined) {
      const { ETag, Size, LastModified } = version;
      if (ETag === undefined || Size === undefined || LastModified === undefined) {
        throw new Error(`S3 listed s3://${bucket}/${key} without ETag, size or time`);
      }
      return { bucket, key, etag: unquotedEtag(ETag), size: Size, lastModified: LastModified, ...versionOf(versionId) };
    }
    const isPast = [...Versions, ...DeleteMarkers].some(({ Key }) => decoded(Key) !== key);
    if (!page.IsTruncated || isPast || page.NextVersionIdMarker === undefined) return undefined;
    marker = page;
  }
}

function decoded(key = ''): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
