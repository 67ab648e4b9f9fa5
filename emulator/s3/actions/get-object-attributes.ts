import type { XmlElement } from '../../http/xml.ts';
import { checkCustomerKey, readCustomerKey } from '../attributes.ts';
import type { ObjectAttributes } from '../buckets.ts';
import type { Call } from '../call.ts';
import { checksumElement } from '../checksums.ts';
import { invalidArgument } from '../errors.ts';
import type { Action } from './action.ts';

/** Of one answer. */
const MAX_PARTS = 1000;

const KNOWN = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

export const getObjectAttributes: Action = async (call) => {
  const { bucket, key } = call;
  const versionId = call.versionId();
  const wanted = (call.header('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown);
  await call.authorizeVersion('s3:GetObject', { bucket, key, versionId });
  await call.authorizeVersion('s3:GetObjectAttributes', { bucket, key, versionId });
  const object = await (async () => call.state.buckets.get(bucket, key, versionId))().catch((error: unknown) =>
    call.refuseMissing(error, bucket),
  );
  checkCustomerKey(object, readCustomerKey({ get: (name) => call.header(name) }));
  const { checksum, storageClass } = object.attributes;
  const has = (name: string) => wanted.includes(name);
  const content = {
    ETag: has('ETag') ? object.etag : undefined,
    Checksum:
      has('Checksum') && checksum !== undefined
        ? // Without the number of parts, which the headers of other operations have.
          { [`Checksum${checksum.algorithm}`]: checksum.value.replace(/-\d+$/, ''), ChecksumType: checksum.type }
        : undefined,
    ObjectParts: has('ObjectParts') ? objectParts(call, object.attributes) : undefined,
    StorageClass: has('StorageClass') ? storageClass : undefined,
    ObjectSize: has('ObjectSize') ? object.size : undefined,
  };
  const headers = { 'Last-Modified': object.lastModified.toUTCString(), ...call.readVersion(bucket, object) };
  call.respond(200, headers, { root: 'GetObjectAttributesResponse', content });
};

/**
 * The parts are listed only where each has a checksum, so not of an object with a full-object checksum or none.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributesParts.html
 */
function objectParts(call: Call, { parts, checksum }: ObjectAttributes): XmlElement | undefined {
  if (parts === undefined) return undefined;
  if (checksum?.type !== 'COMPOSITE') return { PartsCount: parts.length };
  const maxParts = Math.min(readCount(call, 'x-amz-max-parts', MAX_PARTS), MAX_PARTS);
  const after = readCount(call, 'x-amz-part-number-marker', 0);
  const rest = parts.filter(({ number }) => number > after);
  const shown = rest.slice(0, maxParts);
  return {
    PartsCount: parts.length,
    PartNumberMarker: after,
    NextPartNumberMarker: shown.at(-1)?.number ?? 0,
    MaxParts: maxParts,
    IsTruncated: rest.length > shown.length,
    Part: shown.map((part) => ({ PartNumber: part.number, Size: part.size, ...checksumElement(part.checksum) })),
  };
}

function readCount(call: Call, name: string, missing: number): number {
  const text = call.header(name);
  if (text === undefined) return missing;
  if (!/^\d{1,10}$/.test(text))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Number(text);
}
