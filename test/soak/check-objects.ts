import type { StoredObject } from '../../emulator/s3/buckets.ts';
import { BUCKETS, bucketNamed } from './buckets.ts';
import type { Failures } from './check-verdict.ts';
import { SLEEPERS_FOLDER } from './contents.ts';
import { type Ledger, nameOf } from './ledger.ts';
import { OWNERS } from './owners.ts';
import { contentOf, type Storage } from './storage.ts';

/**
 * Every object that is there has the right verdict, or ERROR or none and a failed execution; none is missing. What was
 * rescanned without faults is right in any case.
 */
export function checkObjects(ledger: Ledger, storage: Storage, failures: Failures): void {
  for (const { name, versioned, onInfected } of BUCKETS) {
    for (const version of storage.contents(name)) {
      const { key, etag, tags } = version;
      const content = contentOf(name, version);
      const status = tags['scan-status'];
      const rescanned = key.startsWith(SLEEPERS_FOLDER) && storage.isCurrent(name, version);
      ledger.count(status ?? 'not-tagged');
      if (versioned && tags[OWNERS.tag] === undefined) ledger.complain(content, "lost its owner's tag");
      // An older version: no rescan lists it.
      if (!rescanned && status === 'CLEAN' && ledger.isSleeper(content)) continue;
      checkNotFalselyClean(ledger, name, version);
      const scanFailed = failures.scan.has(nameOf(name, key, status));
      if (!ledger.mayBe(content, status)) {
        if (rescanned || !scanFailed) ledger.complain(content, `${status}`);
      } else if (status === 'INFECTED' && onInfected !== 'tag') {
        const failed = failures.action.has(nameOf(name, key, etag)) || failures.scan.has(nameOf(name, key, 'ERROR'));
        if (!failed) ledger.complain(content, `infected, to ${onInfected}, and still there`);
      }
    }
  }
  for (const { upload } of ledger.ended) {
    const replaced = !bucketNamed(upload.bucket).versioned && ledger.wasReplaced(upload);
    if (!storage.holds(upload) && !ledger.wasRemoved(upload) && !replaced) ledger.complain(upload, 'is lost');
  }
}

/** A version's content never changes, so a wrong CLEAN is wrong from its first moment. */
export function checkNotFalselyClean(ledger: Ledger, bucket: string, version: StoredObject<unknown>): void {
  const content = contentOf(bucket, version);
  const right = ledger.expectedOf(content);
  if (version.tags['scan-status'] === 'CLEAN' && right !== 'CLEAN') ledger.complain(content, `CLEAN, not ${right}`);
}
