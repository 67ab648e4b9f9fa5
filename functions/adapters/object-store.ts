import {
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { StorageUnavailable } from '../domain/errors.ts';
import type { ObjectReference } from '../domain/object-reference.ts';
import type { CurrentObject, ObjectStore, Tags } from '../domain/ports.ts';
import type { Environment } from './environment.ts';
import { clientSettings } from './sdk-client.ts';
import { toStorageError, translated } from './storage-errors.ts';

type Address = Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>;

/** The bucket over the AWS SDK; every fault leaves as a domain error. */
export function createObjectStore(env: Environment): ObjectStore {
  const s3 = new S3Client({ ...clientSettings(env, 'S3'), forcePathStyle: env.AWS_ENDPOINT_URL_S3 !== undefined });

  async function openRange(object: ObjectReference, start: number, end: number): Promise<AsyncIterable<Uint8Array>> {
    const command = new GetObjectCommand({ ...address(object), IfMatch: object.etag, Range: `bytes=${start}-${end}` });
    const { Body } = await translated('GetObject', () => s3.send(command));
    return translatedStream(Body as unknown as AsyncIterable<Uint8Array>, end - start + 1);
  }

  return {
    async head(object): Promise<CurrentObject> {
      const head = await translated('HeadObject', () => s3.send(new HeadObjectCommand(address(object))));
      return {
        bucket: object.bucket,
        key: object.key,
        size: head.ContentLength ?? 0,
        etag: (head.ETag ?? '').replaceAll('"', ''),
        lastModified: (head.LastModified ?? new Date(0)).toISOString(),
        ...(head.VersionId !== undefined && head.VersionId !== 'null' && { versionId: head.VersionId }),
      };
    },

    async readTags(object): Promise<Tags> {
      const command = new GetObjectTaggingCommand(address(object));
      const { TagSet = [] } = await translated('GetObjectTagging', () => s3.send(command));
      return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
    },

    async writeTags(object, tags): Promise<void> {
      const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      if (TagSet.length === 0) {
        await translated('DeleteObjectTagging', () => s3.send(new DeleteObjectTaggingCommand(address(object))));
        return;
      }
      const command = new PutObjectTaggingCommand({ ...address(object), Tagging: { TagSet } });
      await translated('PutObjectTagging', () => s3.send(command));
    },

    openRange,

    async readRange(object, start, end): Promise<Uint8Array> {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await openRange(object, start, end)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

function address({ bucket, key, versionId }: Address) {
  return { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
}

async function* translatedStream(body: AsyncIterable<Uint8Array>, expected: number): AsyncIterable<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of body) {
      received += chunk.length;
      yield chunk;
    }
  } catch (fault) {
    throw toStorageError(fault, 'GetObject body');
  }
  if (received !== expected) throw new StorageUnavailable(`GetObject body: ${received} of ${expected} bytes`);
}
