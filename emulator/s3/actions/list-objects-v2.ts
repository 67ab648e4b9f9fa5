import type { XmlElement } from '../../http/xml.ts';
import { encodeKey } from '../address.ts';
import type { Context } from '../authorization.ts';
import type { StoredObject } from '../buckets.ts';
import type { Call } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import type { Action } from './action.ts';

export const listObjectsV2: Action = async (call) => {
  const { buckets, account } = call.state;
  buckets.bucket(call.bucket);
  const { prefix, delimiter, maxKeys, encode } = readListOptions(call);
  const token = call.query.get('continuation-token');
  const startAfter = call.query.get('start-after');
  await call.authorize('s3:ListBucket', call.bucket, '', listContext(call));
  const position = token === undefined ? { after: startAfter } : decodeToken(token);
  const page = buckets.listObjects(call.bucket, { prefix, delimiter, maxKeys, ...position });
  const owner = call.query.get('fetch-owner') === 'true' ? { ID: account, DisplayName: account } : undefined;
  const Contents = page.entries.map((object) => toContents(object, encode, owner));
  const next =
    page.truncated && page.last !== undefined
      ? encodeToken('entry' in page.last ? { after: page.last.entry.key } : { afterPrefix: page.last.prefix })
      : undefined;
  const content = {
    Name: call.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: call.query.get('encoding-type'),
    KeyCount: page.entries.length + page.commonPrefixes.length,
    IsTruncated: page.truncated,
    ContinuationToken: token,
    NextContinuationToken: next,
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    Contents,
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  };
  call.respond(200, {}, { root: 'ListBucketResult', content });
};

/** An object in a listing. */
export const toContents = (
  object: StoredObject<unknown>,
  encode: (text: string) => string,
  Owner: XmlElement | undefined,
): XmlElement => ({
  Key: encode(object.key),
  LastModified: object.lastModified.toISOString(),
  ETag: `"${object.etag}"`,
  ChecksumAlgorithm: object.attributes.checksum?.algorithm,
  ChecksumType: object.attributes.checksum?.type,
  Size: object.size,
  Owner,
  StorageClass: object.attributes.storageClass,
});

/** Common parameters of the listings. @throws S3Error InvalidArgument */
export function readListOptions(call: Call, maxName = 'max-keys') {
  const encoding = call.query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  }
  const max = call.query.get(maxName) ?? '1000';
  if (!/^\d{1,10}$/.test(max))
    throw invalidArgument(`Provided ${maxName} not an integer or within integer range`, maxName, max);
  return {
    prefix: call.query.get('prefix') ?? '',
    delimiter: call.query.get('delimiter') ?? '',
    maxKeys: Math.min(Number(max), 1000),
    encode: encoding === 'url' ? encodeKey : (text: string) => text,
  };
}

export function listContext(call: Call): Context {
  return Object.fromEntries(
    ['prefix', 'delimiter', 'max-keys'].flatMap((name) => {
      const value = call.query.get(name);
      return value === undefined ? [] : [[`s3:${name}`, value]];
    }),
  );
}

type Position = { readonly after: string } | { readonly afterPrefix: string };

const encodeToken = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64');

function decodeToken(token: string): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    const { after, afterPrefix } = position as { after?: unknown; afterPrefix?: unknown };
    if (typeof after === 'string') return { after };
    if (typeof afterPrefix === 'string') return { afterPrefix };
  } catch {
    // falls through: not one of ours
  }
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}
