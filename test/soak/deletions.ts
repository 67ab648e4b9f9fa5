import type { BusEvent } from '../../local/event-bridge/event-bus.ts';
import type { S3EventDetail } from '../../local/s3/events.ts';
import { bucketNamed } from './buckets.ts';
import type { Ledger } from './ledger.ts';
import type { Storage } from './storage.ts';

/**
 * Told of everything that goes in the moment it goes, by S3's own event: the pipeline deletes what is infected where
 * the policy says so, with a copy in the quarantine by then, and nothing else ever.
 */
export function checkDeletion(event: BusEvent, ledger: Ledger, storage: Storage): void {
  if (event['detail-type'] !== 'Object Deleted') return;
  const { bucket, object, 'deletion-type': type } = event.detail as S3EventDetail;
  const content = {
    bucket: bucket.name,
    key: object.key,
    versionId: object['version-id'],
    etag: object.etag ?? '',
  };
  if (type === 'Delete Marker Created') {
    if (!ledger.isBeingDeletedByOwner({ ...content, versionId: undefined })) {
      ledger.complain(content, 'hidden behind a delete marker, and not by its owner');
    }
    return;
  }
  ledger.removed(content);
  if (ledger.isBeingDeletedByOwner(content)) return;
  const { onInfected } = bucketNamed(content.bucket);
  ledger.count(`deleted by the pipeline, ${onInfected}`);
  const status = ledger.expectedOf(content);
  if (status !== 'INFECTED' || onInfected === 'tag') ledger.complain(content, `${status}, and deleted by the pipeline`);
  const copy = storage.copyOf(content);
  if (onInfected === 'quarantine' && copy?.etag !== content.etag) ledger.complain(content, 'deleted without a copy');
}
