import {
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectReference } from '../../functions/domain/object-reference.ts';
import type { Tags } from '../../functions/domain/ports.ts';

type Content = string | Uint8Array;

/** Uploads and returns the reference that an upload's event would have. */
export async function put(
  s3: S3Client,
  bucket: string,
  key: string,
  content: Content,
  tags: Tags = {},
): Promise<ObjectReference> {
  const Tagging = new URLSearchParams(tags).toString();
  const command = { Bucket: bucket, Key: key, Body: content, ...(Tagging !== '' && { Tagging }) };
  const { ETag = '', VersionId } = await s3.send(new PutObjectCommand(command));
  return {
    bucket,
    key,
    size: Buffer.byteLength(content),
    etag: ETag.replaceAll('"', ''),
    ...(VersionId !== undefined && VersionId !== 'null' && { versionId: VersionId }),
  };
}

type Address = Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>;

/** Without a version: on a versioned bucket this leaves a delete marker. */
export async function remove(s3: S3Client, { bucket, key, versionId }: Address): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
}

export async function tagsOf(s3: S3Client, { bucket, key, versionId }: Address): Promise<Tags> {
  const { TagSet = [] } = await s3.send(
    new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
  );
  return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
}

export async function setTags(s3: S3Client, { bucket, key, versionId }: Address, tags: Tags): Promise<void> {
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId, Tagging: { TagSet } }));
}
