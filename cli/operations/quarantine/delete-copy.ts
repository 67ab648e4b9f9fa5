import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { listedKey } from '../../../functions/domain/listed-key.ts';
import type { QuarantinedCopy } from './copies.ts';

/**
 * Deletes every version of a copy for good.
 * @throws what the SDK throws, for a copy under Object Lock too
 */
export async function removeCopy(
  s3: S3Client,
  bucket: string,
  { key }: Pick<QuarantinedCopy, 'key'>,
  { bypassLock = false }: { readonly bypassLock?: boolean },
): Promise<void> {
  for (const VersionId of await versionsOf(s3, bucket, key)) {
    const bypass = bypassLock ? { BypassGovernanceRetention: true } : {};
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId, ...bypass }));
  }
}

async function versionsOf(s3: S3Client, bucket: string, key: string): Promise<string[]> {
  const found: string[] = [];
  let from: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.send(
      // Encoded, because XML cannot hold every key.
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, EncodingType: 'url', ...from }),
    );
    const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    const own = all.filter(({ Key = '' }) => listedKey(Key) === key);
    found.push(...own.flatMap(({ VersionId }) => VersionId ?? []));
    // Sorted: no more of this key comes behind another.
    if (!page.IsTruncated || own.length < all.length) return found;
    from = { KeyMarker: listedKey(page.NextKeyMarker ?? ''), VersionIdMarker: page.NextVersionIdMarker };
  }
}
