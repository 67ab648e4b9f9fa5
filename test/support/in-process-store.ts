import { createHash } from 'node:crypto';
import { WEBSITE_REDIRECT } from '../../emulator/s3/attributes.ts';
import type { Buckets, StoredObject } from '../../emulator/s3/buckets.ts';
import { S3Error } from '../../emulator/s3/errors.ts';
import { ObjectGone, ObjectReplaced } from '../../functions/domain/errors.ts';
import type { ObjectReference } from '../../functions/domain/object-reference.ts';
import { NO_HEADERS, type ObjectStore, type OnHeaders, type StoredHeaders } from '../../functions/domain/ports.ts';

/** Runs before every call; if it awaits, other actors interleave, and if it throws, the call fails. */
export type BeforeCall = (call: string) => Promise<void>;

/** The local S3 server's own semantics behind the pipeline's port, without HTTP: each call is one atomic step. */
export function inProcessStore(buckets: Buckets<string>, before: BeforeCall, after: BeforeCall): ObjectStore {
  async function atomically<T>(call: string, step: () => T): Promise<T> {
    await before(call);
    const result = translated(step);
    await after(call);
    return result;
  }
  const content = (object: ObjectReference): StoredObject<string> => {
    const stored = buckets.get(object.bucket, object.key, object.versionId);
    if (stored.etag !== object.etag) throw new ObjectReplaced(object.key);
    return stored;
  };
  const readRange = (object: ObjectReference, start: number, end: number, onHeaders?: OnHeaders) =>
    atomically('readRange', () => {
      const { body, attributes } = content(object);
      onHeaders?.(headersOf(attributes));
      return Buffer.from(body).subarray(start, end + 1) as Uint8Array;
    });

  return {
    head: (object) =>
      atomically('head', () => {
        const { key, size, etag, versionId, lastModified, attributes } = buckets.get(
          object.bucket,
          object.key,
          object.versionId,
        );
        const version = versionId === 'null' ? {} : { versionId };
        return {
          bucket: object.bucket,
          key,
          size,
          etag,
          lastModified: lastModified.toISOString(),
          headers: headersOf(attributes),
          ...version,
        };
      }),
    readTags: (object) =>
      atomically('readTags', () => buckets.tagged(object.bucket, object.key, object.versionId, 'GET').tags),
    writeTags: (object, tags) =>
      atomically('writeTags', () => {
        buckets.setTags(object.bucket, object.key, tags, object.versionId);
      }),
    readRange,
    async openRange(object, start, end, onHeaders) {
      const bytes = await readRange(object, start, end, onHeaders);
      return (async function* () {
        yield bytes;
      })();
    },
  };
}

function headersOf({ headers }: StoredObject<string>['attributes']): StoredHeaders {
  const [contentType = null, websiteRedirect = null] = [headers['content-type'], headers[WEBSITE_REDIRECT]];
  return { ...NO_HEADERS, contentType, websiteRedirect };
}

function translated<T>(step: () => T): T {
  try {
    return step();
  } catch (fault) {
    if (fault instanceof S3Error) throw new ObjectGone(fault.message, { cause: fault });
    throw fault;
  }
}

export function etagOf(content: string): string {
  return createHash('md5').update(content).digest('hex');
}
