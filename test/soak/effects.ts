import { ENGINE_FAULTS } from '../support/clamd-proxy.ts';
import { EVENTS_FAULTS, SNS_FAULTS } from '../support/notification-faults.ts';
import { S3_FAULTS } from '../support/s3-faults.ts';
import { QUEUE_FAULTS } from './faults/queue.ts';

const FAULTS = [
  ...S3_FAULTS.map((fault) => `s3 ${fault}`),
  ...ENGINE_FAULTS.map((fault) => `engine ${fault}`),
  ...QUEUE_FAULTS.map((fault) => `queue ${fault}`),
  ...SNS_FAULTS.map((fault) => `sns ${fault}`),
  ...EVENTS_FAULTS.map((fault) => `events ${fault}`),
];
/** Further effects that the faults must have had. */
const EFFECTS = [
  'Scan Failed: FAILED',
  'Action Failed: FAILED',
  'Notification Failed: FAILED',
  'reported again by sns',
  'reported again by events',
  'replaced at the last moment',
];
/** What rescans must have done and met. */
const RESCANS = [
  'rescans: all',
  'rescans: unscanned',
  'rescans: stale',
  'rescans: schedule',
  'rescans: quarantine in quarantine-versions',
  'rescans: quarantine in quarantine-plain',
  'rescans: delete in delete-versions',
  'rescans: delete in delete-plain',
  'rescans: objects failed',
  'rescans: retries of tag-object',
  'rescans: retries of quarantine-object',
  'rescans: retries of notify',
  'Rescan Completed: SUCCEEDED',
  'Too Many Failures: States.ExceedToleratedFailureThreshold',
];

/** What a run did not meet. A run of the full length that lacks something would prove less than it says. */
export function missing(counts: Readonly<Record<string, number>>): string[] {
  return [...FAULTS, ...EFFECTS, ...RESCANS].filter((what) => !counts[what]);
}
