import type { ScanStatus } from '../verdict.ts';
import type { Dialect } from './dialect.ts';

const STATUS: Record<ScanStatus, string> = {
  CLEAN: 'clean',
  INFECTED: 'infected',
  REJECTED: 'no',
  UNSCANNABLE: 'no',
  ERROR: 'no',
};

const ACTION = { none: 'no', tag: 'tag', quarantine: 'delete', delete: 'delete' } as const;

/** @see https://github.com/widdix/aws-s3-virusscan */
export function s3VirusScan(tagKey = 'clamav-status'): Dialect {
  return {
    statusTag: { key: tagKey, clean: STATUS.CLEAN },
    tagKeys: new Set([tagKey]),
    tags: ({ status }) => [[tagKey, STATUS[status]]],
    snsBody: ({ bucket, key, status, finding, action }) =>
      `s3://${bucket}/${key} is ${STATUS[status]}${finding === null ? '' : ` (${finding})`}, action: ${ACTION[action]}`,
    snsAttributes: ({ bucket, key, version, status, action }) => ({
      bucket,
      key,
      version: version ?? '',
      status: STATUS[status],
      action: ACTION[action],
    }),
    eventDetail: ({ bucket, key, version, status, action }) => ({
      bucket,
      key,
      version,
      status: STATUS[status],
      action: ACTION[action],
    }),
  };
}
