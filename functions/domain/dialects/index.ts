import { airlock } from './airlock.ts';
import { bucketAntivirus } from './bucket-antivirus.ts';
import type { Dialect } from './dialect.ts';
import { guardDuty } from './guardduty.ts';
import { s3VirusScan } from './s3-virusscan.ts';

export type { Dialect } from './dialect.ts';

export const DIALECT_NAMES = ['airlock', 's3-virusscan', 'bucket-antivirus', 'guardduty'] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

/** `tagKey` is the tag of `s3-virusscan`, which its users can name; other dialects ignore it. */
export function dialectNamed(name: DialectName, tagKey?: string): Dialect {
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
