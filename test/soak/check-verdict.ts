import type { Notification } from '../../functions/domain/notification.ts';
import type { Outcome } from '../../functions/domain/payloads.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import { bucketNamed } from './buckets.ts';
import type { Content, Ledger } from './ledger.ts';
import type { Storage } from './storage.ts';
import { SERVICES, type Told } from './told.ts';

/** Of a task that meets only faults that pass. */
export const RETRIES = 6;

export interface Run {
  readonly ledger: Ledger;
  readonly storage: Storage;
  readonly told: Told<Notification>;
  /** Ids of scans and rescans that a service refused to take, which no retry helps. */
  readonly denied: ReadonlySet<string>;
  readonly failures: Failures;
}

/** What executions and rescans failed to do; by `nameOf`. */
export interface Failures {
  /** Bucket, key, and what the tag may say of it: ERROR, or nothing. */
  readonly scan: Set<string>;
  /** Bucket, key, ETag. */
  readonly action: Set<string>;
}

/** An engine that is killed, stopped or silent again and again under one object looks like an object that does it. */
export function wasGivenUp(finding: string | null | undefined): boolean {
  return /^limits-exceeded:(?:time|engine)$/.test(finding ?? '');
}

/** A verdict as a state machine has to report it. */
export interface Reported {
  readonly scanId: string;
  readonly content: Content;
  readonly status: ScanStatus | undefined;
  readonly outcome: Outcome;
  /** All tries were used up, so it may not have been reported. */
  readonly gaveUp: boolean;
}

/**
 * Both services reported the verdict, and what was done about it, correctly.
 * @returns whether one of them did not report it at all
 */
export function checkTold({ ledger, told }: Run, { scanId, content, status, outcome, gaveUp }: Reported): boolean {
  const { bucket, key, etag, versionId: version = null } = content;
  const { action, tagged } = outcome;
  const truth = JSON.stringify({ bucket, key, version, etag, status, action, tagged });
  for (const service of SERVICES) {
    const messages = told.by(service, scanId);
    if (messages.length === 0) {
      if (!gaveUp) ledger.complain(content, `nobody was notified by ${service} of ${scanId}`);
      else ledger.count(`failed, for not reported by ${service}`);
    }
    for (const { bucket, key, version, etag, status, action, tagged, finding } of messages) {
      const message = JSON.stringify({ bucket, key, version, etag, status, action, tagged });
      if (message !== truth)
        ledger.complain(content, `${service} reported ${message} (${finding}) instead of ${truth}`);
    }
  }
  return SERVICES.some((service) => told.by(service, scanId).length === 0);
}

/**
 * The reported action was taken, and is the one that the policy asks for.
 * @returns whether malware was neither moved nor deleted although the policy asks for it and no owner came first
 */
export function checkAction(
  { ledger, storage }: Run,
  content: Content,
  { action, tagged }: Outcome,
  status: ScanStatus | undefined,
): boolean {
  const { onInfected, versioned } = bucketNamed(content.bucket);
  const infected = status === 'INFECTED';
  if (!tagged) ledger.complain(content, 'right, but not tagged');
  if (action === 'tag') {
    const owners = ledger.wasDeletedByOwner(content) || (!versioned && ledger.wasReplaced(content));
    return infected && onInfected !== 'tag' && !owners;
  }
  if (!infected || action !== onInfected) ledger.complain(content, `said to be under ${action}`);
  if (storage.holds(content)) ledger.complain(content, `said to be under ${action}, and is still there`);
  if (action === 'quarantine' && !storage.copyOf(content)) ledger.complain(content, 'said to be in the quarantine');
  return false;
}
