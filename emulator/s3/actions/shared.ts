import { createHash, randomBytes } from 'node:crypto';
import { encryptionHeaders, type Fields } from '../attributes.ts';
import type { Body } from '../bodies.ts';
import type { Conditions, StoredObject } from '../buckets.ts';
import type { Call, ResponseHeaders } from '../call.ts';
import { checksumHeader } from '../checksums.ts';
import { notImplemented } from '../errors.ts';

export function fieldsOf(call: Call): Fields {
  return { names: Object.keys(call.request.headers), get: (name) => call.header(name) };
}

/** The MD5 of the content, except under SSE-C, where S3 only guarantees that it is not. */
export function etagOf(md5: Buffer, customerKeyMd5: string | undefined): string {
  if (customerKeyMd5 === undefined) return md5.toString('hex');
  return createHash('md5').update(md5).update(randomBytes(16)).digest('hex');
}

/** If-Match and If-None-Match of a write. @throws S3Error NotImplemented for what S3 does not support either */
export function readConditions(call: Call): Conditions {
  const ifNoneMatch = call.header('if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented('If-None-Match other than * on a write');
  return { ifMatch: call.header('if-match'), ifNoneMatch };
}

export function checksumHeaders(version: StoredObject<Body>): ResponseHeaders {
  const { checksum } = version.attributes;
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The headers that S3 returns after a write of content. */
export function storedHeaders(call: Call, version: StoredObject<Body>): ResponseHeaders {
  return {
    ETag: `"${version.etag}"`,
    ...call.writtenVersion(version),
    ...checksumHeaders(version),
    ...encryptionHeaders(version.attributes),
  };
}
