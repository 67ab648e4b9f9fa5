import { DeleteObjectCommand, GetBucketVersioningCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ObjectReference } from '../../domain/object-reference.ts';
import type { ObjectRemover } from '../../domain/ports.ts';
import type { Environment } from '../process/environment.ts';
import { s3Settings } from './sdk-client.ts';
import { asked } from './storage-errors.ts';

/** Deletion over the AWS SDK: docs/decisions/0007-deleting-exactly-one-content.md */
export function createObjectRemover(env: Environment): ObjectRemover {
  const s3 = new S3Client(s3Settings(env));

  return {
    async remove(object): Promise<void> {
      if (object.versionId !== undefined) return removeVersion(object, object.versionId);
      if (await writesVersions(object.bucket)) return removeNullVersion(object);
      // Atomic both without versioning and while it is suspended, where a delete marker replaces the content.
      const { bucket: Bucket, key: Key, etag } = object;
      const command = new DeleteObjectCommand({ Bucket, Key, IfMatch: `"${etag}"` });
      await asked('DeleteObject', () => s3.send(command));
    },
  };

  async function removeVersion({ bucket: Bucket, key: Key }: ObjectReference, VersionId: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket, Key, VersionId });
    await asked('DeleteObject', () => s3.send(command));
  }

  /** Older than the bucket's versioning; nobody can overwrite it while versioning is enabled. */
  async function removeNullVersion(object: ObjectReference): Promise<void> {
    const { bucket: Bucket, key: Key, etag } = object;
    const command = new HeadObjectCommand({ Bucket, Key, VersionId: 'null', IfMatch: `"${etag}"` });
    await asked('HeadObject', () => s3.send(command));
    await removeVersion(object, 'null');
  }

  async function writesVersions(Bucket: string): Promise<boolean> {
    const command = new GetBucketVersioningCommand({ Bucket });
    const { Status } = await asked('GetBucketVersioning', () => s3.send(command));
    return Status === 'Enabled';
  }
}
