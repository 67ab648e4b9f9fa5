import type { Notification } from '../notification.ts';
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

/** The original only counts what happens to an infected object as an action. */
function actionOn({ status, action }: Notification): string {
  return status === 'INFECTED' ? ACTION[action] : 'no';
}

/** @see https://github.com/widdix/aws-s3-virusscan */
export function s3VirusScan(tagKey = 'clamav-status'): Dialect {
  return {
    statusTag: { key: tagKey, clean: STATUS.CLEAN },
    tagKeys: new Set([tagKey]),
    provenanceKeys: new Set(),
    tags: ({ status }) => [[tagKey, STATUS[status]]],
    message: (notification) => {
      const { bucket, key, version } = notification;
      const status = STATUS[notification.status];
      const action = actionOn(notification);
      return {
        subject: `s3-virusscan s3://${bucket}`,
        body: `s3://${bucket}/${key} ${version ?? ''} is ${status}, ${action} action executed`,
        attributes: { bucket, key, version: version ?? '', status, action },
        detail: { bucket, key, version, status, action },
      };
    },
  };
}
