import type { Action } from './action.ts';
import { listContext, readListOptions, toContents } from './list-objects-v2.ts';

/** Version 1, which s3cmd and older programs use. */
export const listObjects: Action = async (call) => {
  const { buckets, account } = call.state;
  buckets.bucket(call.bucket);
  const { prefix, delimiter, maxKeys, encode } = readListOptions(call);
  const marker = call.query.get('marker') ?? '';
  await call.authorize('s3:ListBucket', call.bucket, '', listContext(call));
  const page = buckets.listObjects(call.bucket, { prefix, delimiter, maxKeys, after: marker });
  // Without a delimiter clients go on after the last key.
  const last = page.truncated && delimiter !== '' ? page.last : undefined;
  const content = {
    Name: call.bucket,
    Prefix: encode(prefix),
    Marker: encode(marker),
    NextMarker: last && encode('entry' in last ? last.entry.key : last.prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: call.query.get('encoding-type'),
    IsTruncated: page.truncated,
    Contents: page.entries.map((object) => toContents(object, encode, { ID: account, DisplayName: account })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  };
  call.respond(200, {}, { root: 'ListBucketResult', content });
};
