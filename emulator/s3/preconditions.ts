import type { StoredObject } from './buckets.ts';
import { preconditionFailed } from './errors.ts';

type HeaderReader = (name: string) => string | undefined;

const matches = (header: string, etag: string): boolean =>
  header.split(',').some((item) => ['*', etag].includes(item.trim().replace(/^W\//, '').replaceAll('"', '')));

/**
 * If-Match and If-Unmodified-Since of a read; a matching ETag takes precedence over the date (RFC 9110, 13.2.2).
 * `prefix`: `x-amz-copy-source-` for the source of a copy.
 * @throws S3Error PreconditionFailed
 */
export function checkPreconditions(object: StoredObject<unknown>, header: HeaderReader, prefix = ''): void {
  const ifMatch = header(`${prefix}if-match`);
  const unmodifiedSince = Date.parse(header(`${prefix}if-unmodified-since`) ?? '');
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (object.lastModified.getTime() > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
}

/** If-None-Match and If-Modified-Since of a read. */
export function isNotModified(object: StoredObject<unknown>, header: HeaderReader, prefix = ''): boolean {
  const ifNoneMatch = header(`${prefix}if-none-match`);
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object.etag);
  return object.lastModified.getTime() <= Date.parse(header(`${prefix}if-modified-since`) ?? '');
}
