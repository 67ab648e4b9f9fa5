import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { CopySource, Proofs, SourceContent } from '../../domain/copies/ports.ts';
import { StorageUnavailable } from '../../domain/errors.ts';
import { unquotedEtag, versionOf } from '../../domain/object-reference.ts';
import { versionsOfKey } from '../../domain/object-versions.ts';
import { asked, translated } from './storage-errors.ts';

/** The bucket whose clean objects are copied, over the AWS SDK. */
export function createCopySource(s3: S3Client): CopySource {
  async function head(bucket: string, key: string, version: { readonly VersionId?: string }): Promise<SourceContent> {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ...version, ChecksumMode: 'ENABLED' });
    const head = await asked('HeadObject', () => s3.send(command));
    return { bucket, key, ...identityOf(head), ...takenAlong(head), ...versionOf(head.VersionId) };
  }

  return {
    head: ({ bucket, key }) => head(bucket, key, {}),

    headVersion: ({ bucket, key, versionId }) => head(bucket, key, { VersionId: versionId }),

    async readTags({ bucket, key, versionId }) {
      const version = versionId === undefined ? {} : { VersionId: versionId };
      const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, ...version });
      const { TagSet } = await asked('GetObjectTagging', () => s3.send(command));
      if (TagSet === undefined) throw new StorageUnavailable('GetObjectTagging: no tag set');
      return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
    },

    versions: ({ bucket, key }) =>
      versionsOfKey(key, (from) =>
        translated('ListObjectVersions', () => s3.send(new ListObjectVersionsCommand({ Bucket: bucket, ...from }))),
      ),
  };
}

/** @throws StorageUnavailable for an answer without what S3 always returns: it must not look like other content */
export function identityOf({ ContentLength, ETag }: HeadObjectCommandOutput): { size: number; etag: string } {
  if (ContentLength === undefined || !ETag) throw new StorageUnavailable('HeadObject: no length or no ETag');
  return { size: ContentLength, etag: unquotedEtag(ETag) };
}

function takenAlong(head: HeadObjectCommandOutput): Omit<SourceContent, 'bucket' | 'key' | 'size' | 'etag'> {
  const expires = Date.parse(head.ExpiresString ?? '');
  return {
    lastModified: (head.LastModified ?? new Date(0)).toISOString(),
    headers: {
      contentType: head.ContentType ?? null,
      contentDisposition: head.ContentDisposition ?? null,
      contentEncoding: head.ContentEncoding ?? null,
      websiteRedirect: head.WebsiteRedirectLocation ?? null,
    },
    metadata: head.Metadata ?? {},
    proofs: proofsOf(head),
    cacheControl: head.CacheControl,
    contentLanguage: head.ContentLanguage,
    expires: Number.isNaN(expires) ? undefined : new Date(expires),
    storageClass: head.StorageClass,
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html for ETags that are an MD5 */
export function proofsOf(head: HeadObjectCommandOutput): Proofs {
  const { ChecksumType, ChecksumCRC64NVME, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA1, ChecksumSHA256 } = head;
  const values = { ChecksumCRC64NVME, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA1, ChecksumSHA256 };
  const [algorithm, value] = Object.entries(values).find(([, each]) => each !== undefined) ?? [];
  const etag = unquotedEtag(head.ETag);
  const isMd5 = head.ServerSideEncryption === 'AES256' && !etag.includes('-');
  return {
    ...(ChecksumType === 'FULL_OBJECT' && algorithm !== undefined && { checksum: `${algorithm} ${value}` }),
    ...(isMd5 && { md5: etag }),
  };
}
