import type { XmlElement } from '../../http/xml.ts';
import { checkKey, checkVersionId } from '../address.ts';
import type { Call } from '../call.ts';
import { invalidRequest, malformedXml, S3Error } from '../errors.ts';
import { readXml } from '../payload.ts';
import { childrenOf, textOf, type XmlNode } from '../xml.ts';
import type { Action } from './action.ts';
import { deleteOne } from './delete-object.ts';

export const deleteObjects: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  const guarded = ['content-md5', 'x-amz-trailer', 'x-amz-sdk-checksum-algorithm'].some((name) =>
    call.sentHeader(name),
  );
  const checksummed = Object.keys(call.request.headers).some((name) => name.startsWith('x-amz-checksum-'));
  if (!guarded && !checksummed) throw invalidRequest('Missing required header for this request: Content-MD5');
  const request = await readXml(call, 'Delete');
  const objects = childrenOf(request, 'Object');
  if (objects.length === 0 || objects.length > 1000) throw malformedXml();
  const quiet = textOf(request, 'Quiet') === 'true';
  const Deleted: XmlElement[] = [];
  const Errors: XmlElement[] = [];
  for (const object of objects) {
    const outcome = await deleteListed(call, object);
    if ('Code' in outcome) Errors.push(outcome);
    else if (!quiet) Deleted.push(outcome);
  }
  call.respond(200, {}, { root: 'DeleteResult', content: { Deleted, Error: Errors } });
};

/** One bad key never fails the others. */
async function deleteListed(call: Call, object: XmlNode): Promise<XmlElement> {
  const key = textOf(object, 'Key');
  if (key === undefined || key === '') throw malformedXml();
  const given = textOf(object, 'VersionId');
  const ETag = textOf(object, 'ETag');
  try {
    const versionId = given === undefined ? undefined : checkVersionId(given);
    const result = await deleteOne(call, checkKey(key), versionId, { ifMatch: ETag });
    const marker = result.kind === 'marked' ? result.marker : undefined;
    const removed = result.kind === 'removed' && result.version.deleteMarker ? result.version : undefined;
    return {
      Key: key,
      VersionId: given,
      DeleteMarker: (marker ?? removed) && true,
      DeleteMarkerVersionId: (marker ?? removed)?.versionId,
    };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return { Key: key, VersionId: given, Code: error.code, Message: error.message };
  }
}
