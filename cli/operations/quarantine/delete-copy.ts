import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Decision } from '../../../functions/domain/definitions/exemptions.ts';
import { listedKey } from '../../../functions/domain/listed-key.ts';
import type { QuarantinedCopy } from './copies.ts';
import { addToLog } from './log.ts';
import { explainedRefusal } from './quarantine-fault.ts';

export interface Deletion {
  readonly bucket: string;
  readonly copy: Pick<QuarantinedCopy, 'id' | 'key' | 'original'>;
  /** Who deletes it, and why. */
  readonly made: Pick<Decision, 'by' | 'reason'>;
  readonly bypassLock?: boolean;
}

/**
 * Deletes a copy for good. First the log: what is deleted can say nothing more.
 * @throws Error that says what to do when it is refused; what the SDK throws
 */
export async function deleteCopy(s3: S3Client, { bucket, copy, made, ...options }: Deletion): Promise<void> {
  const { id, key, original } = copy;
  const log = (action: 'deleting' | 'deleted') =>
    addToLog(s3, bucket, { ...made, at: new Date().toISOString(), action, id, copy: key, original });
  await log('deleting');
  await removeCopy(s3, bucket, copy, options).catch((fault: unknown) => {
    throw explainedRefusal(fault, 'delete from the quarantine', made.by);
  });
  await log('deleted');
}

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
