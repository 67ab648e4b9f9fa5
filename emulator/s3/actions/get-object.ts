import { checkCustomerKey, isArchived, readCustomerKey } from '../attributes.ts';
import type { Body } from '../bodies.ts';
import type { StoredObject } from '../buckets.ts';
import type { Call, ResponseHeaders } from '../call.ts';
import { checksumHeader } from '../checksums.ts';
import { S3Error } from '../errors.ts';
import { checkPreconditions, isNotModified } from '../preconditions.ts';
import { type ByteRange, parseRange, rangeOfPart } from '../ranges.ts';
import type { Action } from './action.ts';
import { checksumHeaders } from './shared.ts';

export const getObject: Action = (call) => readObject(call, true);

/**
 * GET and HEAD. The version is fixed, and its body held, before the authorizer is called: what is allowed is what is
 * sent, whatever changes meanwhile.
 */
export async function readObject(call: Call, withBody: boolean): Promise<void> {
  const { buckets, bodies } = call.state;
  const versionId = call.versionId();
  const found = buckets.find(call.bucket, call.key, versionId);
  const held = found?.deleteMarker === false ? bodies.retain(found.body) : undefined;
  try {
    await call.authorizeVersion('s3:GetObject', { bucket: call.bucket, key: call.key, versionId });
    if (found === undefined || found.deleteMarker) {
      await call.refuseMissing(missing(call, versionId), call.bucket);
      return;
    }
    checkCustomerKey(found, readCustomerKey({ get: (name) => call.header(name) }));
    if (withBody && isArchived(found)) {
      throw new S3Error(403, 'InvalidObjectState', "The operation is not valid for the object's storage class", {
        details: { StorageClass: found.attributes.storageClass },
      });
    }
    await answer(call, found, withBody);
  } finally {
    if (held !== undefined) bodies.release(held);
  }
}

function missing(call: Call, versionId: string | undefined): unknown {
  try {
    call.state.buckets.get(call.bucket, call.key, versionId);
  } catch (error) {
    return error;
  }
  // Written during authorization: the answer still reflects the earlier state.
  return new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { details: { Key: call.key } });
}

async function answer(call: Call, object: StoredObject<Body>, withBody: boolean): Promise<void> {
  const condition = (name: string) => call.header(name);
  const identity: ResponseHeaders = {
    ETag: `"${object.etag}"`,
    'Last-Modified': object.lastModified.toUTCString(),
    ...call.readVersion(call.bucket, object),
  };
  checkPreconditions(object, condition);
  if (isNotModified(object, condition)) return call.respond(304, identity);
  const partNumber = call.query.get('partNumber');
  const range =
    partNumber === undefined ? parseRange(call.header('range'), object.size) : rangeOfPart(object, partNumber);
  const headers: ResponseHeaders = {
    'Accept-Ranges': 'bytes',
    ...object.attributes.headers,
    ...(object.attributes.storageClass !== 'STANDARD' && { 'x-amz-storage-class': object.attributes.storageClass }),
    ...identity,
    ...(call.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && checksumsOf(object, range, partNumber)),
    ...(await taggingCount(call, object)),
    ...(partNumber !== undefined && { 'x-amz-mp-parts-count': object.attributes.parts?.length }),
    ...overrides(call),
    ...rangeHeaders(object, range),
  };
  call.respondHeaders(range === undefined ? 200 : 206, headers);
  if (!withBody) return void call.response.end();
  const { start, end } = range ?? { start: 0, end: object.size };
  await call.stream(call.state.bodies.read(object.body, start, end));
}

/** A part has a checksum of its own where that of the object is made of them; a range has none. */
function checksumsOf(
  object: StoredObject<Body>,
  range: ByteRange | undefined,
  partNumber: string | undefined,
): ResponseHeaders {
  const { checksum, parts } = object.attributes;
  if (partNumber !== undefined && checksum?.type === 'COMPOSITE') {
    const part = parts?.[Number(partNumber) - 1]?.checksum;
    return part === undefined
      ? {}
      : { [checksumHeader(part.algorithm)]: part.value, 'x-amz-checksum-type': 'COMPOSITE' };
  }
  const whole = range === undefined || (partNumber !== undefined && range.end - range.start === object.size);
  return whole ? checksumHeaders(object) : {};
}

function rangeHeaders(object: StoredObject<Body>, range: ByteRange | undefined): ResponseHeaders {
  if (range === undefined) return { 'Content-Length': object.size };
  return {
    'Content-Length': range.end - range.start,
    'Content-Range': `bytes ${range.start}-${range.end - 1}/${object.size}`,
  };
}

/** S3 returns the number of tags only to callers who may read them. */
async function taggingCount(call: Call, object: StoredObject<Body>): Promise<ResponseHeaders> {
  const count = Object.keys(object.tags).length;
  if (count === 0) return {};
  const decision = await call.decideVersion('s3:GetObjectTagging', call.versionId(), object);
  return decision.allowed ? { 'x-amz-tagging-count': count } : {};
}

/** `response-content-type=…` and similar, for signed requests only. */
function overrides(call: Call): ResponseHeaders {
  const names = [
    'content-type',
    'content-language',
    'expires',
    'cache-control',
    'content-disposition',
    'content-encoding',
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = call.query.get(`response-${name}`);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
