import { createHash } from 'node:crypto';
import { checkKey } from './address.ts';
import type { Body } from './bodies.ts';
import type { StoredObject } from './buckets.ts';
import type { S3State } from './server-state.ts';
import { type TagSet, toTagSet } from './tag-rules.ts';

export type SeedContent = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface SeedOptions {
  readonly tags?: TagSet;
  readonly lastModified?: Date;
  readonly storageClass?: string;
  readonly contentType?: string;
}

/** @throws S3Error KeyTooLongError */
export async function seedObject(
  state: S3State,
  bucket: string,
  key: string,
  content: SeedContent,
  options: SeedOptions = {},
): Promise<StoredObject<Body>> {
  checkKey(key);
  const hash = createHash('md5');
  let size = 0;
  const { storageClass = 'STANDARD', contentType = 'binary/octet-stream', lastModified } = options;
  async function* chunks() {
    const given = typeof content === 'string' || content instanceof Uint8Array ? [Buffer.from(content)] : content;
    for await (const chunk of given) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  const tags = toTagSet(Object.entries(options.tags ?? {}));
  const body = await state.bodies.write(chunks());
  return state.buckets.put(bucket, key, {
    body,
    size,
    etag: hash.digest('hex'),
    tags,
    attributes: {
      storageClass,
      headers: { 'content-type': contentType, 'x-amz-server-side-encryption': 'AES256' },
    },
    lastModified: lastModified && new Date(Math.floor(lastModified.getTime() / 1000) * 1000),
  });
}
