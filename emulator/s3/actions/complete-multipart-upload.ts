import { createHash } from 'node:crypto';
import { type Body, concat } from '../bodies.ts';
import type { StoredObject } from '../buckets.ts';
import type { Call } from '../call.ts';
import { type Checksum, createHasher, hashOf } from '../checksums.ts';
import { malformedXml, S3Error } from '../errors.ts';
import { readXml } from '../payload.ts';
import type { Part, Upload } from '../uploads.ts';
import { childrenOf, textOf, type XmlNode } from '../xml.ts';
import type { Action } from './action.ts';
import { addressedUpload } from './multipart-upload.ts';
import { readConditions, storedHeaders } from './shared.ts';

const MIN_PART_BYTES = 5 * 1024 ** 2;

export const completeMultipartUpload: Action = async (call) => {
  const upload = addressedUpload(call);
  await call.authorize('s3:PutObject', call.bucket, call.key);
  const conditions = readConditions(call);
  const request = await readXml(call, 'CompleteMultipartUpload');
  const parts = choose(upload, request);
  const body = concat(parts.map((part) => part.body));
  const checksum = await checksumOf(call, upload, parts, body);
  const md5s = parts.map((part) => Buffer.from(part.etag, 'hex'));
  const etag = `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${parts.length}`;
  const attributes = { ...upload.attributes, checksum, partSizes: parts.map((part) => part.size) };
  // The upload may have been completed or aborted, or a part uploaded again, since then.
  addressedUpload(call);
  if (choose(upload, request).some((part, index) => part !== parts[index])) throw invalidPart(upload);
  const content = { body, size: body.size, etag, tags: upload.tags, attributes };
  const version: StoredObject<Body> = call.state.buckets.put(call.bucket, call.key, content, conditions);
  call.state.uploads.end(upload, parts);
  call.emit({ type: 'Object Created', version, reason: 'CompleteMultipartUpload' });
  const result = {
    Location: `http://${call.request.headers.host}/${call.bucket}/${encodeURIComponent(call.key)}`,
    Bucket: call.bucket,
    Key: call.key,
    ETag: `"${etag}"`,
    ...(checksum !== undefined && { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }),
  };
  const headers = { ...storedHeaders(call, version), ETag: undefined };
  call.respond(200, headers, { root: 'CompleteMultipartUploadResult', content: result });
};

/** The parts that the client lists, which must be unchanged. @throws S3Error */
function choose(upload: Upload<Body>, request: XmlNode): Part<Body>[] {
  const named = childrenOf(request, 'Part').map((node) => ({
    number: Number(textOf(node, 'PartNumber')),
    etag: (textOf(node, 'ETag') ?? '').replaceAll('"', ''),
  }));
  if (named.length === 0) throw malformedXml();
  if (named.some(({ number }, index) => index > 0 && number <= (named[index - 1]?.number ?? 0))) {
    throw new S3Error(
      400,
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  return named.map(({ number, etag }, index) => {
    const part = upload.parts.get(number);
    if (part === undefined || part.etag !== etag) {
      throw invalidPart(upload, { PartNumber: number, ETag: etag });
    }
    if (part.size < MIN_PART_BYTES && index < named.length - 1) {
      throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        details: { ProposedSize: part.size, MinSizeAllowed: MIN_PART_BYTES, PartNumber: number, ETag: etag },
      });
    }
    return part;
  });
}

const invalidPart = (upload: Upload<Body>, details: { PartNumber?: number; ETag?: string } = {}) =>
  new S3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { details: { UploadId: upload.uploadId, ...details } },
  );

/** Of the whole content or of the parts' checksums; none if the upload was created without one. */
async function checksumOf(
  call: Call,
  upload: Upload<Body>,
  parts: readonly Part<Body>[],
  body: Body,
): Promise<Checksum | undefined> {
  const algorithm = upload.checksumAlgorithm;
  if (algorithm === undefined) return undefined;
  if (upload.checksumType === 'FULL_OBJECT') {
    const value = (await hashOf(algorithm, call.state.bodies.read(body))).toString('base64');
    return { algorithm, value, type: 'FULL_OBJECT' };
  }
  const hasher = createHasher(algorithm);
  for (const part of parts) {
    const value = part.checksum?.algorithm === algorithm ? part.checksum.value : undefined;
    if (value === undefined) {
      throw new S3Error(
        400,
        'InvalidRequest',
        `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part.`,
      );
    }
    hasher.update(Buffer.from(value, 'base64'));
  }
  return { algorithm, value: `${(await hasher.digest()).toString('base64')}-${parts.length}`, type: 'COMPOSITE' };
}
