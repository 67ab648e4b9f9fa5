import { readAttributes, WEBSITE_REDIRECT } from '../attributes.ts';
import { requestTagContext } from '../authorization.ts';
import type { Body } from '../bodies.ts';
import type { ObjectAttributes, StoredObject } from '../buckets.ts';
import type { Call } from '../call.ts';
import { toAlgorithm } from '../checksums.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { computed } from '../multipart-checksums.ts';
import { MAX_UPLOAD_BYTES } from '../payload.ts';
import { parseTaggingHeader, type TagSet } from '../tag-rules.ts';
import type { Action } from './action.ts';
import { withCopySource } from './copy-source.ts';
import { fieldsOf, readConditions, storedHeaders } from './shared.ts';

export const copyObject: Action = (call) =>
  withCopySource(call, async (source, { bucket, versionId }) => {
    const { buckets, bodies } = call.state;
    buckets.bucket(call.bucket);
    if (source.size > MAX_UPLOAD_BYTES) {
      throw invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_UPLOAD_BYTES}`,
      );
    }
    const replacesTags = directive(call, 'x-amz-tagging-directive') === 'REPLACE';
    const replacesMetadata = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
    const given = readAttributes(fieldsOf(call));
    const tags = replacesTags ? parseTaggingHeader(call.header('x-amz-tagging')) : source.tags;
    const itself = bucket === call.bucket && source.key === call.key && versionId === undefined;
    if (itself && !replacesMetadata && !changesStorage(call)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const conditions = readConditions(call);
    await authorizeCopy(call, tags, replacesTags);
    if (!replacesTags && Object.keys(source.tags).length > 0) {
      await call.authorizeVersion('s3:GetObjectTagging', { bucket, key: source.key, versionId });
    }
    const attributes = await attributesOf(call, source, given, replacesMetadata);
    // A copy of a multipart object is a plain object, and its ETag an MD5.
    const etag = source.etag.includes('-') ? await bodies.md5(source.body) : source.etag;
    const body = bodies.retain(source.body);
    const stored = { body, size: source.size, etag, tags, attributes };
    const version = bodies.handOver(body, () => buckets.put(call.bucket, call.key, stored, conditions));
    call.emit({ type: 'Object Created', version, reason: 'CopyObject' });
    const { checksum } = version.attributes;
    const headers = {
      ...storedHeaders(call, version),
      ETag: undefined,
      'x-amz-copy-source-version-id': call.readVersion(bucket, source)['x-amz-version-id'],
    };
    const content = {
      LastModified: version.lastModified.toISOString(),
      ETag: `"${version.etag}"`,
      ...(checksum !== undefined && { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }),
    };
    call.respond(200, headers, { root: 'CopyObjectResult', content });
  });

function directive(call: Call, name: string): 'COPY' | 'REPLACE' {
  const value = call.header(name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument(`Unknown ${name.replace('x-amz-', '').replace('-', ' ')}.`, name, value);
}

const changesStorage = (call: Call): boolean =>
  [
    'x-amz-storage-class',
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-customer-algorithm',
    'x-amz-website-redirect-location',
  ].some((name) => call.header(name) !== undefined);

/**
 * For IAM, only tags sent with the request are request tags; those that a COPY carries along are not in the context,
 * but still need permission.
 */
async function authorizeCopy(call: Call, tags: TagSet, replacesTags: boolean): Promise<void> {
  const context = replacesTags ? requestTagContext(tags) : {};
  await call.authorize('s3:PutObject', call.bucket, call.key, context);
  if (Object.keys(tags).length > 0) await call.authorize('s3:PutObjectTagging', call.bucket, call.key, context);
}

/** Storage class, encryption and redirect are never copied; metadata is, unless it is replaced. */
async function attributesOf(
  call: Call,
  source: StoredObject<Body>,
  given: ObjectAttributes,
  replacesMetadata: boolean,
): Promise<ObjectAttributes> {
  const isOfCopy = ([name]: [string, string]) =>
    name.startsWith('x-amz-server-side-encryption') || name === WEBSITE_REDIRECT;
  const metadata = Object.entries(replacesMetadata ? given.headers : source.attributes.headers);
  const headers = {
    ...Object.fromEntries(metadata.filter((entry) => !isOfCopy(entry))),
    ...Object.fromEntries(Object.entries(given.headers).filter(isOfCopy)),
  };
  const asked = toAlgorithm(call.header('x-amz-checksum-algorithm'));
  const before = source.attributes.checksum;
  const algorithm = asked ?? before?.algorithm;
  // A composite checksum becomes one of the whole, as the ETag does.
  const kept = before?.type === 'FULL_OBJECT' && before.algorithm === algorithm;
  const checksum = kept ? before : algorithm && (await computed(call, algorithm, source.body));
  return { storageClass: given.storageClass, headers, checksum, customerKeyMd5: given.customerKeyMd5 };
}
