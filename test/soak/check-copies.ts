import { bucketNamed } from './buckets.ts';
import type { Content, Ledger } from './ledger.ts';
import { OWNERS } from './owners.ts';
import type { Storage } from './storage.ts';

/** Everything in the quarantine is malware of a bucket that wants it there, whole, with what its owner said of it. */
export async function checkCopies(ledger: Ledger, storage: Storage): Promise<void> {
  for (const { key, body, etag, tags, attributes } of storage.copies()) {
    const said = (name: string) => attributes.headers[`x-amz-meta-airlock-${name}`];
    const original: Content = {
      bucket: said('bucket') ?? '',
      key: Buffer.from(said('key') ?? '', 'base64url').toString(),
      versionId: said('version'),
      etag: said('etag') ?? '',
    };
    const complain = (what: string) => ledger.complain(original, `the copy ${key} ${what}`);
    ledger.count('copies in the quarantine');
    if (ledger.expectedOf(original) !== 'INFECTED') complain(`is of what is ${ledger.expectedOf(original)}`);
    else if (bucketNamed(original.bucket).onInfected !== 'quarantine') complain('is of a bucket that wants none');
    if (etag !== original.etag || (await storage.md5(body)) !== original.etag) complain('is not whole');
    if (said('status') !== 'INFECTED' || tags['scan-status'] !== 'INFECTED') complain('does not say INFECTED');
    const kept = Object.entries(OWNERS.headers).every(([name, value]) => attributes.headers[name] === value);
    if (!kept) complain(`has lost its metadata: ${JSON.stringify(attributes.headers)}`);
    if (tags[OWNERS.tag] === undefined) complain(`has lost its tag: ${JSON.stringify(tags)}`);
  }
}
