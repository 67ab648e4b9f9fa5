import { FINDINGS } from '../findings.ts';
import type { Notification } from '../notification.ts';
import type { Verdict } from '../verdict.ts';
import type { Dialect } from './dialect.ts';

const TAG = 'GuardDutyMalwareScanStatus';

function resultStatus({ status, finding }: Pick<Verdict, 'status' | 'finding'>): string {
  switch (status) {
    case 'CLEAN':
      return 'NO_THREATS_FOUND';
    case 'INFECTED':
      return 'THREATS_FOUND';
    case 'ERROR':
      return 'FAILED';
    default:
      return finding === FINDINGS.noKeyAccess ? 'ACCESS_DENIED' : 'UNSUPPORTED';
  }
}

const SCAN_STATUS: Record<string, string> = { FAILED: 'FAILED', ACCESS_DENIED: 'SKIPPED', UNSUPPORTED: 'SKIPPED' };

function eventDetail(notification: Notification) {
  const scanResultStatus = resultStatus(notification);
  return {
    schemaVersion: '1.0',
    scanStatus: SCAN_STATUS[scanResultStatus] ?? 'COMPLETED',
    resourceType: 'S3_OBJECT',
    s3ObjectDetails: {
      bucketName: notification.bucket,
      objectKey: notification.key,
      eTag: notification.etag,
      versionId: notification.version,
      s3Throttled: false,
    },
    scanResultDetails: {
      scanResultStatus,
      threats: scanResultStatus === 'THREATS_FOUND' ? [{ name: notification.finding }] : null,
      statusReasons: null,
    },
  };
}

/** @see https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
export const guardDuty: Dialect = {
  statusTag: { key: TAG, clean: 'NO_THREATS_FOUND' },
  tagKeys: new Set([TAG]),
  provenanceKeys: new Set(),
  tags: (verdict) => [[TAG, resultStatus(verdict)]],
  message: (notification) => ({
    body: JSON.stringify(eventDetail(notification)),
    attributes: {
      bucket: notification.bucket,
      key: notification.key,
      scanResultStatus: resultStatus(notification),
    },
    detail: eventDetail(notification),
  }),
};
