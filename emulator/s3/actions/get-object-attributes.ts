import { checkCustomerKey, readCustomerKey } from '../attributes.ts';
import { invalidArgument } from '../errors.ts';
import type { Action } from './action.ts';

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
  const { checksum, partSizes, storageClass } = object.attributes;
  const has = (name: string) => wanted.includes(name);
  const content = {
    ETag: has('ETag') ? object.etag : undefined,
    Checksum:
      has('Checksum') && checksum !== undefined
        ? { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
        : undefined,
    ObjectParts: has('ObjectParts') && partSizes !== undefined ? { PartsCount: partSizes.length } : undefined,
    StorageClass: has('StorageClass') ? storageClass : undefined,
    ObjectSize: has('ObjectSize') ? object.size : undefined,
  };
  const headers = { 'Last-Modified': object.lastModified.toUTCString(), ...call.readVersion(bucket, object) };
  call.respond(200, headers, { root: 'GetObjectAttributesResponse', content });
};
