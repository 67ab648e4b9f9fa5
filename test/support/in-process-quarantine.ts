import type { Buckets, StoredObject } from '../../emulator/s3/buckets.ts';
import { S3Error } from '../../emulator/s3/errors.ts';
import { ObjectGone, ObjectReplaced } from '../../functions/domain/errors.ts';
import type { ObjectRemover, Quarantine } from '../../functions/domain/ports.ts';
import type { BeforeCall } from './in-process-store.ts';

export const QUARANTINE = 'quarantine';

/**
 * What the adapters of the quarantine and of deletion do, call by call, on the local S3 server's own semantics.
 * `onRemove` sees what is about to be deleted.
 */
export function inProcessQuarantine(
  buckets: Buckets<string>,
  before: BeforeCall,
  after: BeforeCall,
  onRemove: (content: StoredObject<string>) => void,
): Quarantine & ObjectRemover {
  async function atomically<T>(call: string, step: () => T): Promise<T> {
    await before(call);
    const result = translated(step);
    await after(call);
    return result;
  }
  function remove(bucket: string, key: string, versionId: string | undefined, ifMatch?: string): void {
    const target = buckets.find(bucket, key, versionId);
    buckets.delete(bucket, key, versionId, { ifMatch });
    if (target?.deleteMarker === false) onRemove(target);
  }

  return {
    copy: ({ bucket, key, versionId, etag }, copyKey) =>
      atomically('copy', () => {
        const { body, size, tags, etag: current } = buckets.get(bucket, key, versionId);
        if (current !== etag) throw new ObjectReplaced(key);
        buckets.put(QUARANTINE, copyKey, { body, size, etag, tags });
      }),
    holds: (key) => atomically('holds', () => buckets.find(QUARANTINE, key) !== undefined),
    async remove({ bucket, key, versionId, etag }) {
      if (versionId !== undefined) return atomically('delete', () => remove(bucket, key, versionId));
      await atomically('versioning', () => buckets.bucket(bucket).versioning);
      return atomically('delete', () => remove(bucket, key, undefined, etag));
    },
  };
}

function translated<T>(step: () => T): T {
  try {
    return step();
  } catch (fault) {
    if (!(fault instanceof S3Error)) throw fault;
    throw fault.status === 412 ? new ObjectReplaced(fault.message) : new ObjectGone(fault.message);
  }
}
