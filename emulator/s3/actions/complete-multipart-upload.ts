import { createHash } from 'node:crypto';
import { type Body, concat } from '../bodies.ts';
import type { StoredObject } from '../buckets.ts';
import type { Call } from '../call.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumElement } from '../checksums.ts';
import { invalidRequest, malformedXml, S3Error } from '../errors.ts';
import { checkDeclared, checksumOfUpload } from '../multipart-checksums.ts';
import { readXml } from '../payload.ts';
import type { Completion, Part, Upload } from '../uploads.ts';
import { childrenOf, textOf, type XmlNode } from '../xml.ts';
import type { Action } from './action.ts';
import { addressedUpload } from './multipart-upload.ts';
import { readConditions, storedHeaders } from './shared.ts';

const MIN_PART_BYTES = 5 * 1024 ** 2;

/** A part as the client lists it. */
interface Named {
  readonly number: number;
  readonly etag: string;
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
}

/** Repeated, it gets its first answer again and changes nothing: clients repeat what they got no answer to. */
export const completeMultipartUpload: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:PutObject', call.bucket, call.key);
  const conditions = readConditions(call);
  const named = readParts(await readXml(call, 'CompleteMultipartUpload', { checksumOf: 'object' }));
  const request = { bucket: call.bucket, key: call.key, parts: JSON.stringify(named) };
  const done = call.state.uploads.completion(request, call.query.get('uploadId') ?? '');
  if (done !== undefined) return respond(call, done);

  const upload = addressedUpload(call);
  const parts = choose(upload, named);
  const body = concat(parts.map((part) => part.body));
  checkSize(call, body.size);
  const checksum = await checksumOfUpload(call, upload, parts, body);
  checkDeclared(call, upload, checksum);
  const md5s = parts.map((part) => Buffer.from(part.etag, 'hex'));
  const etag = `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${parts.length}`;
  const stored = parts.map((part) => ({ number: part.number, size: part.size, checksum: part.checksum }));
  const attributes = { ...upload.attributes, checksum, parts: stored };
  // The upload may have been completed or aborted, or a part uploaded again, since then.
  addressedUpload(call);
  if (choose(upload, named).some((part, index) => part !== parts[index])) throw invalidPart(upload);
  const object = { body, size: body.size, etag, tags: upload.tags, attributes };
  const version: StoredObject<Body> = call.state.buckets.put(call.bucket, call.key, object, conditions);
  const content = {
    Location: `http://${call.request.headers.host}/${call.bucket}/${encodeURIComponent(call.key)}`,
    Bucket: call.bucket,
    Key: call.key,
    ETag: `"${etag}"`,
    ...checksumElement(checksum),
    ChecksumType: checksum?.type,
  };
  const completion = { ...request, headers: { ...storedHeaders(call, version), ETag: undefined }, content };
  call.state.uploads.complete(upload, parts, completion);
  call.emit({ type: 'Object Created', version, reason: 'CompleteMultipartUpload' });
  respond(call, completion);
};

const respond = (call: Call, { headers, content }: Pick<Completion, 'headers' | 'content'>) =>
  call.respond(200, headers, { root: 'CompleteMultipartUploadResult', content });

function readParts(request: XmlNode): Named[] {
  const named = childrenOf(request, 'Part').map((node) => ({
    number: Number(textOf(node, 'PartNumber')),
    etag: (textOf(node, 'ETag') ?? '').replaceAll('"', ''),
    checksums: Object.fromEntries(
      CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
        const value = textOf(node, `Checksum${algorithm}`);
        return value === undefined ? [] : [[algorithm, value]];
      }),
    ),
  }));
  if (named.length === 0) throw malformedXml();
  if (named.some(({ number }, index) => index > 0 && number <= (named[index - 1]?.number ?? 0))) {
    throw new S3Error(
      400,
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  return named;
}

/** The parts that the client lists, which must be unchanged. @throws S3Error */
function choose(upload: Upload<Body>, named: readonly Named[]): Part<Body>[] {
  return named.map(({ number, etag, checksums }, index) => {
    const part = upload.parts.get(number);
    const { checksumAlgorithm: algorithm } = upload;
    const checksum = algorithm && checksums[algorithm];
    const differs = checksum !== undefined && checksum !== part?.checksum?.value;
    if (part === undefined || part.etag !== etag || differs) {
      throw invalidPart(upload, { PartNumber: number, ETag: etag });
    }
    if (part.size < MIN_PART_BYTES && index < named.length - 1) {
      throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        details: { ProposedSize: part.size, MinSizeAllowed: MIN_PART_BYTES, PartNumber: number, ETag: etag },
      });
    }
    if (algorithm !== undefined && upload.checksumType === 'COMPOSITE' && checksum === undefined) {
      throw invalidRequest(
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    return part;
  });
}

/** @throws S3Error InvalidRequest */
function checkSize(call: Call, size: number): void {
  const declared = call.header('x-amz-mp-object-size');
  if (declared === undefined || Number(declared) === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${declared} does not match what was computed: ${size}`,
  );
}

const invalidPart = (upload: Upload<Body>, details: { PartNumber?: number; ETag?: string } = {}) =>
  new S3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { details: { UploadId: upload.uploadId, ...details } },
  );
