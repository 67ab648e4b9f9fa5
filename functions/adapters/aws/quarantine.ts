import { CopyObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Quarantine } from '../../domain/ports.ts';
import { besideOwners } from '../../domain/quarantine.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { copySourceOf } from './copy-source-header.ts';
import { s3Settings } from './sdk-client.ts';
import { asked } from './storage-errors.ts';

/** S3 answers after it has copied everything: up to 2 GiB, in one CopyObject (limit: 5 GiB). */
const COPY_MILLISECONDS = 220_000;

/**
 * The bucket that `QUARANTINE_BUCKET` names, over the AWS SDK. `S3_ANNOTATIONS` is `false` in a region whose S3 has no
 * annotations, and may refuse what names them.
 */
export function createQuarantine(env: Environment): Quarantine {
  const bucket = requiredString(env, 'QUARANTINE_BUCKET');
  const annotations = env.S3_ANNOTATIONS !== 'false';
  const s3 = new S3Client(s3Settings(env, COPY_MILLISECONDS));

  return {
    async copy(object, key, metadata): Promise<void> {
      const { bucket: Bucket, key: Key, versionId, etag } = object;
      const version = versionId === undefined ? {} : { VersionId: versionId };
      const look = new HeadObjectCommand({ Bucket, Key, ...version, IfMatch: `"${etag}"` });
      const original = await asked('HeadObject', () => s3.send(look));
      const copy = new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: copySourceOf(object),
        CopySourceIfMatch: `"${etag}"`,
        TaggingDirective: 'COPY',
        // Without a directive S3 copies them, and refuses if the caller may not read them, as here.
        ...(annotations && { AnnotationDirective: 'EXCLUDE' as const }),
        MetadataDirective: 'REPLACE',
        Metadata: besideOwners(original.Metadata ?? {}, metadata),
        CacheControl: original.CacheControl,
        ContentDisposition: original.ContentDisposition,
        ContentEncoding: original.ContentEncoding,
        ContentLanguage: original.ContentLanguage,
        ContentType: original.ContentType,
      });
      await asked('CopyObject', () => s3.send(copy));
    },

    // Uses a listing, so that the role needs no permission to read the quarantine.
    async holds(key): Promise<boolean> {
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 });
      const { Contents = [] } = await asked('ListObjectsV2', () => s3.send(command));
      return Contents[0]?.Key === key;
    },
  };
}
