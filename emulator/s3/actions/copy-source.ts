import { type CopySource, parseCopySource } from '../address.ts';
import { checkCustomerKey, isArchived, readCustomerKey } from '../attributes.ts';
import type { Body } from '../bodies.ts';
import type { StoredObject } from '../buckets.ts';
import type { Call } from '../call.ts';
import { invalidRequest, preconditionFailed, S3Error } from '../errors.ts';
import { checkPreconditions, isNotModified } from '../preconditions.ts';

/**
 * Opens the object in `x-amz-copy-source` for CopyObject and UploadPartCopy after checking permission and
 * preconditions. The source is held until `use` has finished.
 * @throws S3Error
 */
export async function withCopySource(
  call: Call,
  use: (source: StoredObject<Body>, address: CopySource) => Promise<void>,
): Promise<void> {
  const { buckets, bodies } = call.state;
  const address = parseCopySource(call.header('x-amz-copy-source') ?? '');
  const { bucket, key, versionId } = address;
  const found = buckets.find(bucket, key, versionId);
  const held = found?.deleteMarker === false ? bodies.retain(found.body) : undefined;
  try {
    await call.authorizeVersion('s3:GetObject', address);
    if (found?.deleteMarker && versionId !== undefined) {
      throw invalidRequest('The source of a copy request may not specifically refer to a delete marker by version id.');
    }
    if (found === undefined || found.deleteMarker) {
      const missing =
        versionId === undefined
          ? new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { details: { Key: key } })
          : new S3Error(404, 'NoSuchVersion', 'The specified version does not exist.', {
              details: { Key: key, VersionId: versionId },
            });
      await call.refuseMissing(missing, bucket);
      return;
    }
    checkCustomerKey(found, readCustomerKey({ get: (name) => call.header(name) }, 'x-amz-copy-source-'));
    if (isArchived(found)) {
      throw new S3Error(
        403,
        'ObjectNotInActiveTierError',
        'The source object of the COPY operation is not in the active tier.',
      );
    }
    const header = (name: string) => call.header(name);
    checkPreconditions(found, header, 'x-amz-copy-source-');
    if (isNotModified(found, header, 'x-amz-copy-source-')) throw preconditionFailed('x-amz-copy-source-If-None-Match');
    await use(found, address);
  } finally {
    if (held !== undefined) bodies.release(held);
  }
}
