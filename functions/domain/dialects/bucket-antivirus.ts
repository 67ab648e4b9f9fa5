import type { Notification } from '../notification.ts';
import type { Verdict } from '../verdict.ts';
import type { Dialect } from './dialect.ts';

type Said = Pick<Verdict, 'status' | 'finding' | 'scanTime'>;

function avStatus({ status }: Pick<Said, 'status'>): string {
  return status === 'CLEAN' || status === 'INFECTED' ? status : 'SKIPPED';
}

/** The original keeps what clamscan prints after the file's name, which ends in this. */
const FOUND = ' FOUND';

function avSignature({ status, finding }: Pick<Said, 'status' | 'finding'>): string {
  if (status === 'CLEAN') return 'OK';
  return status === 'INFECTED' && finding !== null ? `${finding}${FOUND}` : 'UNKNOWN';
}

/** The finding in an `av-signature`. */
export const findingOf = (signature: string): string =>
  signature.endsWith(FOUND) ? signature.slice(0, -FOUND.length) : signature;

/** `2026-11-21T20:15:30.123Z` as `2026/11/21 20:15:30 UTC`. */
function avTimestamp({ scanTime }: Pick<Said, 'scanTime'>): string {
  const iso = new Date(scanTime).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '/')} ${iso.slice(11, 19)} UTC`;
}

function eventDetail(notification: Notification) {
  return {
    bucket: notification.bucket,
    key: notification.key,
    version: notification.version,
    'av-status': avStatus(notification),
    'av-signature': avSignature(notification),
    'av-timestamp': avTimestamp(notification),
  };
}

/** @see https://github.com/bluesentry/bucket-antivirus-function */
export const bucketAntivirus: Dialect = {
  statusTag: { key: 'av-status', clean: 'CLEAN' },
  tagKeys: new Set(['av-status', 'av-signature', 'av-timestamp']),
  provenanceKeys: new Set(['av-timestamp']),
  tags: (verdict) => [
    ['av-status', avStatus(verdict)],
    ['av-signature', avSignature(verdict)],
    ['av-timestamp', avTimestamp(verdict)],
  ],
  message: (notification) => ({
    body: JSON.stringify(eventDetail(notification)),
    attributes: { 'av-status': avStatus(notification), 'av-signature': avSignature(notification) },
    detail: eventDetail(notification),
  }),
};
