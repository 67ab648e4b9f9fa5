import type { Body } from '../bodies.ts';
import type { Conditions, DeleteResult } from '../buckets.ts';
import type { Call, ResponseHeaders } from '../call.ts';
import type { Action } from './action.ts';

export const deleteObject: Action = async (call) => {
  const versionId = call.versionId();
  const ifMatch = call.header('if-match');
  const result = await deleteOne(call, call.key, versionId, { ifMatch });
  call.respond(204, deletionHeaders(result, versionId));
};

/** One key of DeleteObject or DeleteObjects: permission, deletion, event. @throws S3Error */
export async function deleteOne(
  call: Call,
  key: string,
  versionId: string | undefined,
  conditions: Conditions = {},
): Promise<DeleteResult<Body>> {
  const { buckets } = call.state;
  buckets.bucket(call.bucket);
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  await call.authorize(action, call.bucket, key, versionId === undefined ? {} : { 's3:VersionId': versionId });
  // An ETag reveals content: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
  const { ifMatch } = conditions;
  if (ifMatch !== undefined && ifMatch !== '*') {
    await call.authorizeVersion('s3:GetObject', { bucket: call.bucket, key, versionId });
  }
  const result = buckets.delete(call.bucket, key, versionId, conditions);
  if (result.kind === 'marked') {
    const { marker } = result;
    call.emit({
      type: 'Object Deleted',
      version: marker,
      sequence: marker.sequence,
      deletionType: 'Delete Marker Created',
    });
  } else if (result.kind === 'removed') {
    const sequence = buckets.nextSequence();
    call.emit({ type: 'Object Deleted', version: result.version, sequence, deletionType: 'Permanently Deleted' });
  }
  return result;
}

function deletionHeaders(result: DeleteResult<Body>, versionId: string | undefined): ResponseHeaders {
  if (result.kind === 'marked') {
    return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': result.marker.versionId };
  }
  const wasMarker = result.kind === 'removed' && result.version.deleteMarker;
  return { 'x-amz-version-id': versionId, 'x-amz-delete-marker': wasMarker ? 'true' : undefined };
}
