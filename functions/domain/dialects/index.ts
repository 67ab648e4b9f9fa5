import { airlock } from './airlock.ts';
import { bucketAntivirus } from './bucket-antivirus.ts';
import type { Dialect } from './dialect.ts';
import { guardDuty } from './guardduty.ts';
import { s3VirusScan } from './s3-virusscan.ts';

export type { Dialect } from './dialect.ts';

export const DIALECT_NAMES = ['airlock', 's3-virusscan', 'bucket-antivirus', 'guardduty'] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

/** What is written beside the status and the finding: when and how the verdict was reached, or nothing. */
export const TAGS = ['full', 'status'] as const;

/** `tagKey` is the tag of `s3-virusscan`, which its users can name; other dialects ignore it. */
export function dialectNamed(name: DialectName, tagKey?: string, tags: (typeof TAGS)[number] = 'full'): Dialect {
  const dialect = named(name, tagKey);
  return tags === 'full' ? dialect : withoutProvenance(dialect);
}

/** All its keys stay its own: whoever uploads may not write them, and a new verdict removes those of an older one. */
function withoutProvenance(dialect: Dialect): Dialect {
  const { provenanceKeys } = dialect;
  const tags: Dialect['tags'] = (verdict) => dialect.tags(verdict).filter(([key]) => !provenanceKeys.has(key));
  return { ...dialect, statusOnly: true, tags };
}

function named(name: DialectName, tagKey?: string): Dialect {
  switch (name) {
    case 'airlock':
      return airlock;
    case 's3-virusscan':
      return s3VirusScan(tagKey);
    case 'bucket-antivirus':
      return bucketAntivirus;
    case 'guardduty':
      return guardDuty;
  }
}
