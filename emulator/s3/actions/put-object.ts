import { readAttributes } from '../attributes.ts';
import { requestTagContext } from '../authorization.ts';
import type { Call } from '../call.ts';
import { openPayload } from '../payload.ts';
import { parseTaggingHeader, type TagSet } from '../tag-rules.ts';
import type { Action } from './action.ts';
import { etagOf, fieldsOf, readConditions, storedHeaders } from './shared.ts';

export const putObject: Action = async (call) => {
  const { bodies, buckets } = call.state;
  buckets.bucket(call.bucket);
  const tags = parseTaggingHeader(call.header('x-amz-tagging'));
  const attributes = readAttributes(fieldsOf(call));
  const conditions = readConditions(call);
  await authorizePut(call, call.key, tags);
  const payload = openPayload(call);
  const body = await bodies.write(payload.chunks);
  const etag = etagOf(payload.md5(), attributes.customerKeyMd5);
  const content = { body, size: body.size, etag, tags, attributes: { ...attributes, checksum: payload.checksum() } };
  const version = bodies.handOver(body, () => buckets.put(call.bucket, call.key, content, conditions));
  call.emit({ type: 'Object Created', version, reason: 'PutObject' });
  call.respond(200, storedHeaders(call, version));
};

/** Tags need a separate permission; both checks have the tags as context. */
export async function authorizePut(call: Call, key: string, tags: TagSet): Promise<void> {
  const context = requestTagContext(tags);
  await call.authorize('s3:PutObject', call.bucket, key, context);
  if (Object.keys(tags).length > 0) await call.authorize('s3:PutObjectTagging', call.bucket, key, context);
}
