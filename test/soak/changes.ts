import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import type { S3EventDetail } from '../../emulator/s3/events.ts';
import { bucketNamed } from './buckets.ts';
import type { Content, Ledger } from './ledger.ts';
import type { Storage } from './storage.ts';

/** S3 reports every change at the moment it happens. */
export function followChange(event: BusEvent, ledger: Ledger, storage: Storage): void {
  const { bucket, object, 'deletion-type': deletion } = event.detail as S3EventDetail;
  const content = {
    bucket: bucket.name,
    key: object.key,
    versionId: object['version-id'],
    etag: object.etag ?? '',
  };
  if (event['detail-type'] === 'Object Created') ledger.created(content);
  if (deletion === 'Delete Marker Created' && !ledger.isBeingDeletedByOwner({ ...content, versionId: undefined })) {
    ledger.complain(content, 'hidden behind a delete marker, and not by its owner');
  }
  if (deletion === 'Permanently Deleted') {
    ledger.removed(content);
    checkDeletion(content, ledger, storage);
  }
}

/**
 * The pipeline deletes what is infected where the policy says so, with a copy in the quarantine by then, and nothing
 * else ever.
 */
function checkDeletion(content: Content, ledger: Ledger, storage: Storage): void {
  if (ledger.isBeingDeletedByOwner(content)) return;
  const { onInfected } = bucketNamed(content.bucket);
  ledger.count(`deleted by the pipeline, ${onInfected}`);
  const status = ledger.expectedOf(content);
  if (status !== 'INFECTED' || onInfected === 'tag') ledger.complain(content, `${status}, and deleted by the pipeline`);
  const copy = storage.copyOf(content);
  if (onInfected === 'quarantine' && copy?.etag !== content.etag) ledger.complain(content, 'deleted without a copy');
}
