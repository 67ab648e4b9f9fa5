import { ON_INFECTED, type ScanPolicy } from '../../functions/domain/scan-policy.ts';

interface SoakBucket {
  readonly name: string;
  readonly versioned: boolean;
  readonly onInfected: ScanPolicy['onInfected'];
}

/** Each thing that may be done with malware, with versions and without. */
export const BUCKETS: readonly SoakBucket[] = ON_INFECTED.flatMap((onInfected) => [
  { name: `${onInfected}-versions`, versioned: true, onInfected },
  { name: `${onInfected}-plain`, versioned: false, onInfected },
]);

const BY_NAME = new Map(BUCKETS.map((bucket) => [bucket.name, bucket]));

export function bucketNamed(name: string): SoakBucket {
  const bucket = BY_NAME.get(name);
  if (bucket === undefined) throw new Error(`no bucket of the soak: ${name}`);
  return bucket;
}
