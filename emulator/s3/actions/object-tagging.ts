import { requestTagContext } from '../authorization.ts';
import type { Call } from '../call.ts';
import { malformedXml } from '../errors.ts';
import { readXml } from '../payload.ts';
import { type TagSet, toTagSet } from '../tag-rules.ts';
import { childrenOf, parseXml, textOf, type XmlNode } from '../xml.ts';
import type { Action } from './action.ts';

export const getObjectTagging: Action = async (call) => {
  const { target, versionId } = addressed(call);
  await call.authorizeVersion('s3:GetObjectTagging', target);
  const version = await existing(call, () => call.state.buckets.tagged(call.bucket, call.key, versionId, 'GET'));
  const Tag = Object.entries(version.tags).map(([Key, Value]) => ({ Key, Value }));
  const content = { TagSet: { Tag } };
  call.respond(200, call.readVersion(call.bucket, version), { root: 'Tagging', content });
};

export const putObjectTagging: Action = async (call) => {
  const { target, versionId } = addressed(call);
  const tags = readTagging(await readXml(call, 'Tagging'));
  await call.authorizeVersion('s3:PutObjectTagging', target, requestTagContext(tags));
  const version = await existing(call, () => call.state.buckets.setTags(call.bucket, call.key, tags, versionId, 'PUT'));
  call.emit({ type: 'Object Tags Added', version });
  call.respond(200, call.readVersion(call.bucket, version));
};

export const deleteObjectTagging: Action = async (call) => {
  const { target, versionId } = addressed(call);
  await call.authorizeVersion('s3:DeleteObjectTagging', target);
  const version = await existing(call, () =>
    call.state.buckets.setTags(call.bucket, call.key, {}, versionId, 'DELETE'),
  );
  call.emit({ type: 'Object Tags Deleted', version });
  call.respond(204, call.readVersion(call.bucket, version));
};

/** A `Tagging` document, in a body or in a form. @throws S3Error MalformedXML, InvalidTag, BadRequest */
export function readTagging(tagging: XmlNode | string): TagSet {
  const root = typeof tagging === 'string' ? parseXml(tagging, 'Tagging') : tagging;
  const [tagSet, ...others] = childrenOf(root, 'TagSet');
  if (tagSet === undefined || others.length > 0) throw malformedXml();
  return toTagSet(
    childrenOf(tagSet, 'Tag').map((tag): [string, string] => {
      const key = textOf(tag, 'Key');
      const value = textOf(tag, 'Value');
      if (key === undefined || value === undefined) throw malformedXml();
      return [key, value];
    }),
  );
}

function addressed(call: Call) {
  const versionId = call.versionId();
  return { versionId, target: { bucket: call.bucket, key: call.key, versionId } };
}

async function existing<Result>(call: Call, work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (error) {
    return call.refuseMissing(error, call.bucket);
  }
}
