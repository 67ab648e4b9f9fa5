import { createHash } from 'node:crypto';
import type { Body } from './bodies.ts';
import type { StoredObject } from './buckets.ts';
import type { S3State } from './state.ts';
import { type TagSet, toTagSet } from './tags.ts';

export interface SeedOptions {
  readonly tags?: TagSet;
  readonly lastModified?: Date;
  readonly storageClass?: string;
  readonly contentType?: string;
}

export async function seedObject(
  state: S3State,
  bucket: string,
  key: string,
  content: Uint8Array | string,
  options: SeedOptions = {},
): Promise<StoredObject<Body>> {
  const bytes = Buffer.from(content);
  const { storageClass = 'STANDARD', contentType = 'binary/octet-stream', lastModified } = options;
  async function* chunks() {
    if (bytes.length > 0) yield bytes;
  }
  const tags = toTagSet(Object.entries(options.tags ?? {}));
  const body = await state.bodies.write(chunks());
  return state.buckets.put(bucket, key, {
    body,
    size: bytes.length,
    etag: createHash('md5').update(bytes).digest('hex'),
    tags,
    attributes: {
      storageClass,
      headers: { 'content-type': contentType, 'x-amz-server-side-encryption': 'AES256' },
    },
    lastModified: lastModified && new Date(Math.floor(lastModified.getTime() / 1000) * 1000),
  });
}
