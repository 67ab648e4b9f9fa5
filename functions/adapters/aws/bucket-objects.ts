import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { StorageUnavailable } from '../../domain/errors.ts';
import type { Environment } from '../process/environment.ts';
import { s3Settings } from './sdk-client.ts';
import { translated } from './storage-errors.ts';

/** The most keys that one DeleteObjects accepts. */
const KEYS_A_REQUEST = 1000;

/** Writes, lists and removes the objects of one of our own buckets by key. Throws S3 errors as domain errors. */
export interface BucketObjects {
  /** @throws ObjectReplaced when the conditions do not hold */
  put(key: string, body: string | Uint8Array, options?: PutOptions): Promise<void>;
  list(prefix: string): AsyncIterable<ListedKey>;
  remove(keys: readonly string[]): Promise<void>;
}

export type PutOptions = Pick<PutObjectCommandInput, 'ContentType' | 'IfMatch' | 'IfNoneMatch'>;

export interface ListedKey {
  readonly key: string;
  /** Milliseconds since 1970; Infinity where S3 does not return it. */
  readonly modified: number;
}

export function createBucketObjects(env: Environment, bucket: string): BucketObjects {
  const s3 = new S3Client(s3Settings(env));

  return {
    async put(key, body, options = {}) {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...options });
      await translated(`PutObject ${key}`, () => s3.send(command));
    },

    async *list(prefix) {
      let next: string | undefined;
      do {
        const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: next });
        const page = await translated(`ListObjectsV2 ${prefix}`, () => s3.send(command));
        // An incomplete answer must not look like an empty one: the published definitions would lack custom
        // definitions.
        if (page.KeyCount === undefined) throw new StorageUnavailable(`ListObjectsV2 ${prefix}: no key count`);
        for (const { Key = '', LastModified } of page.Contents ?? []) {
          yield { key: Key, modified: LastModified?.getTime() ?? Number.POSITIVE_INFINITY };
        }
        next = page.NextContinuationToken;
      } while (next !== undefined);
    },

    async remove(keys) {
      for (let start = 0; start < keys.length; start += KEYS_A_REQUEST) {
        const Objects = keys.slice(start, start + KEYS_A_REQUEST).map((Key) => ({ Key }));
        const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] } = await translated('DeleteObjects', () => s3.send(command));
        if (Errors[0]) throw new StorageUnavailable(`DeleteObjects ${Errors[0].Key}: ${Errors[0].Code}`);
      }
    },
  };
}
