import { randomBytes } from 'node:crypto';
import { encodeKey } from '../address.ts';
import { encryptionHeaders, readAttributes } from '../attributes.ts';
import type { Body } from '../bodies.ts';
import { slice } from '../bodies.ts';
import type { Call } from '../call.ts';
import { checksumElement } from '../checksums.ts';
import { invalidArgument } from '../errors.ts';
import { askedChecksum, checksumOfPart, computed } from '../multipart-checksums.ts';
import { openPayload } from '../payload.ts';
import { parseTaggingHeader } from '../tag-rules.ts';
import type { Part } from '../uploads.ts';
import type { Action } from './action.ts';
import { withCopySource } from './copy-source.ts';
import { readListOptions } from './list-objects-v2.ts';
import { authorizePut } from './put-object.ts';
import { fieldsOf } from './shared.ts';

export const createMultipartUpload: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  const tags = parseTaggingHeader(call.header('x-amz-tagging'));
  const attributes = readAttributes(fieldsOf(call));
  await authorizePut(call, call.key, tags);
  const { checksumAlgorithm, checksumType } = askedChecksum(call);
  const uploadId = randomBytes(48).toString('base64url');
  const initiated = call.state.clock();
  const { bucket, key } = call;
  call.state.uploads.create({ uploadId, bucket, key, initiated, tags, attributes, checksumAlgorithm, checksumType });
  const headers = {
    ...encryptionHeaders(attributes),
    'x-amz-checksum-algorithm': checksumAlgorithm,
    'x-amz-checksum-type': checksumAlgorithm && checksumType,
  };
  const content = { Bucket: bucket, Key: key, UploadId: uploadId };
  call.respond(200, headers, { root: 'InitiateMultipartUploadResult', content });
};

export const uploadPart: Action = async (call) => {
  const { upload, number } = addressedPart(call);
  await call.authorize('s3:PutObject', call.bucket, call.key);
  const payload = openPayload(call);
  const body = await call.state.bodies.write(payload.chunks);
  const { bodies } = call.state;
  const checksum = await bodies.keepIf(body, checksumOfPart(call, upload, payload.checksum(), body));
  const part = toPart(call, number, body, payload.md5().toString('hex'), checksum);
  call.state.uploads.putPart(upload, part);
  const headers = checksum && { [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value };
  call.respond(200, { ETag: `"${part.etag}"`, ...headers, ...encryptionHeaders(upload.attributes) });
};

/** The bytes are shared with the source, not copied. */
export const uploadPartCopy: Action = (call) =>
  withCopySource(call, async (source, { bucket }) => {
    const { upload, number } = addressedPart(call);
    const { bodies, uploads } = call.state;
    await call.authorize('s3:PutObject', call.bucket, call.key);
    const body = bodies.retain(slice(source.body, ...readSourceRange(call, source.size)));
    const { checksumAlgorithm: algorithm } = upload;
    const checksum = algorithm && (await bodies.keepIf(body, computed(call, algorithm, body)));
    const part = toPart(call, number, body, await bodies.md5(body), checksum);
    uploads.putPart(upload, part);
    const headers = { 'x-amz-copy-source-version-id': call.readVersion(bucket, source)['x-amz-version-id'] };
    const content = {
      LastModified: part.lastModified.toISOString(),
      ETag: `"${part.etag}"`,
      ...checksumElement(checksum),
    };
    call.respond(200, headers, { root: 'CopyPartResult', content });
  });

export const abortMultipartUpload: Action = async (call) => {
  await call.authorize('s3:AbortMultipartUpload', call.bucket, call.key);
  call.state.uploads.end(addressedUpload(call));
  call.respond(204);
};

export const listParts: Action = async (call) => {
  const upload = addressedUpload(call);
  await call.authorize('s3:ListMultipartUploadParts', call.bucket, call.key);
  const { maxKeys, encode } = readListOptions(call, 'max-parts');
  const after = Number(call.query.get('part-number-marker') ?? 0);
  const rest = [...upload.parts.values()].sort((a, b) => a.number - b.number).filter(({ number }) => number > after);
  const shown = rest.slice(0, maxKeys);
  const content = {
    Bucket: upload.bucket,
    Key: encode(upload.key),
    UploadId: upload.uploadId,
    PartNumberMarker: after,
    NextPartNumberMarker: shown.at(-1)?.number ?? 0,
    MaxParts: maxKeys,
    IsTruncated: rest.length > shown.length,
    StorageClass: upload.attributes.storageClass,
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumAlgorithm && upload.checksumType,
    Part: shown.map((part) => ({
      PartNumber: part.number,
      LastModified: part.lastModified.toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...checksumElement(part.checksum),
    })),
  };
  call.respond(200, {}, { root: 'ListPartsResult', content });
};

/** All uploads under a prefix on one page; ignores a smaller `max-uploads`. */
export const listMultipartUploads: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:ListBucketMultipartUploads', call.bucket, '');
  const encode = call.query.get('encoding-type') === 'url' ? encodeKey : (text: string) => text;
  const prefix = call.query.get('prefix') ?? '';
  const uploads = call.state.uploads.list(call.bucket).filter(({ key }) => key.startsWith(prefix));
  const content = {
    Bucket: call.bucket,
    Prefix: encode(prefix),
    KeyMarker: '',
    UploadIdMarker: '',
    MaxUploads: uploads.length,
    IsTruncated: false,
    Upload: uploads.map(({ key, uploadId, initiated, attributes }) => ({
      Key: encode(key),
      UploadId: uploadId,
      StorageClass: attributes.storageClass,
      Initiated: initiated.toISOString(),
    })),
  };
  call.respond(200, {}, { root: 'ListMultipartUploadsResult', content });
};

/** @throws S3Error NoSuchUpload */
export function addressedUpload(call: Call) {
  call.state.buckets.bucket(call.bucket);
  return call.state.uploads.get(call.bucket, call.key, call.query.get('uploadId') ?? '');
}

function addressedPart(call: Call) {
  const upload = addressedUpload(call);
  const text = call.query.get('partNumber') ?? '';
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  }
  return { upload, number };
}

function toPart(call: Call, number: number, body: Body, etag: string, checksum: Part<Body>['checksum']): Part<Body> {
  return { number, body, size: body.size, etag, checksum, lastModified: call.state.clock() };
}

function readSourceRange(call: Call, size: number): [number, number] {
  const header = call.header('x-amz-copy-source-range');
  if (header === undefined) return [0, size];
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const [start, end] = [Number(first), Number(last) + 1];
  if (!(start < end)) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (end > size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return [start, end];
}
