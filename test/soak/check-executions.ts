import type { Outcome } from '../../functions/domain/payloads.ts';
import { bucketNamed } from './buckets.ts';
import { type Content, type Ended, type Ledger, nameOf } from './ledger.ts';
import type { Storage } from './storage.ts';
import { SERVICES, type Told } from './told.ts';

/** How an execution may end; whatever failed is red. */
const ENDINGS: Readonly<Record<string, string>> = {
  'Object Gone': 'SUCCEEDED',
  Notify: 'SUCCEEDED',
  'Scan Failed': 'FAILED',
  'Action Failed': 'FAILED',
  'Notification Failed': 'FAILED',
};
const NOTIFY_RETRIES = 6;

interface Run {
  readonly ledger: Ledger;
  readonly storage: Storage;
  readonly told: Told;
  /** Scan ids that were refused for good to tell. */
  readonly denied: ReadonlySet<string>;
}

/** What executions ended for; by `nameOf`. */
export interface Failures {
  /** Bucket, key, and what the tag may say of it: ERROR, or nothing. */
  readonly scan: ReadonlySet<string>;
  /** Bucket, key, ETag. */
  readonly action: ReadonlySet<string>;
}

/** Every execution ended for its object's want, or told of it truly and did as the policy wants, or failed. */
export function checkExecutions(run: Run): Failures {
  const failures = { scan: new Set<string>(), action: new Set<string>() };
  for (const { upload, result } of run.ledger.ended) {
    const { ledger } = run;
    const last = result.states.at(-1) ?? '';
    ledger.count(`${last}: ${result.status}`);
    for (const [state, retries] of Object.entries(result.retries)) ledger.count(`retries of ${state}`, retries);
    if (ENDINGS[last] !== result.status) ledger.complain(upload, `${result.status} in ${last}`);
    if (last === 'Object Gone') {
      // Without versions the execution of what was overwritten may have been the one to delete what came after.
      const gone = bucketNamed(upload.bucket).versioned ? ledger.wasRemoved(upload) : ledger.wasEmptied(upload);
      if (!gone) ledger.complain(upload, 'taken for gone, though nobody deleted it');
      continue;
    }
    const { content, outcome } = stateOf({ upload, result });
    const { bucket, key, etag } = content;
    if (last === 'Scan Failed') {
      failures.scan.add(nameOf(bucket, key, 'ERROR')).add(nameOf(bucket, key, outcome.tagged ? 'ERROR' : undefined));
    } else if (last === 'Action Failed') {
      failures.action.add(nameOf(bucket, key, etag));
    }
    checkTold(run, { upload, result }, content, outcome);
    if (last !== 'Scan Failed') checkAction(run, last, content, outcome);
  }
  return failures;
}

/** What the execution was about in the end: on a bucket without versions not always what was uploaded. */
function stateOf({ upload, result }: Ended): { content: Content; outcome: Outcome } {
  const { detail, outcome } = result.lastInput as {
    detail: { object: { etag: string; 'version-id'?: string } };
    outcome: Outcome;
  };
  const { etag, 'version-id': versionId } = detail.object;
  return { content: { bucket: upload.bucket, key: upload.key, versionId, etag }, outcome };
}

function checkTold(run: Run, { result }: Ended, content: Content, { action, tagged }: Outcome): void {
  const { ledger, told, denied } = run;
  const last = result.states.at(-1);
  const notify = result.states.findLast((state) => state.startsWith('Notify ') || state === 'Notify') ?? '';
  const gaveUp = denied.has(result.arn) || (result.retries[notify] ?? 0) >= NOTIFY_RETRIES;
  if (last === 'Notification Failed' && !gaveUp) ledger.complain(content, 'gave up telling too early');
  const status = last === 'Scan Failed' ? 'ERROR' : ledger.expectedOf(content);
  const { bucket, key, etag, versionId: version = null } = content;
  const truth = JSON.stringify({ bucket, key, version, etag, status, action, tagged });
  for (const service of SERVICES) {
    const messages = told.by(service, result.arn);
    if (messages.length === 0) {
      const failed = result.status === 'FAILED';
      if (!failed || !gaveUp) ledger.complain(content, `nobody was told by ${service}: ${result.status}`);
      else ledger.count(`failed, for not told by ${service}`);
    }
    for (const { bucket, key, version, etag, status, action, tagged } of messages) {
      const message = JSON.stringify({ bucket, key, version, etag, status, action, tagged });
      if (message !== truth) ledger.complain(content, `${service} told ${message} where ${truth}`);
    }
  }
}

function checkAction({ ledger, storage }: Run, last: string, content: Content, { action, tagged }: Outcome): void {
  const { onInfected, versioned } = bucketNamed(content.bucket);
  const infected = ledger.expectedOf(content) === 'INFECTED';
  if (!tagged) ledger.complain(content, 'right, but not tagged');
  if (action === 'tag') {
    const owners = ledger.wasDeletedByOwner(content) || (!versioned && ledger.wasReplaced(content));
    const acts = infected && onInfected !== 'tag' && last !== 'Action Failed';
    if (acts && !owners) ledger.complain(content, `infected, to ${onInfected}, and neither done nor failed`);
    return;
  }
  if (!infected || action !== onInfected) ledger.complain(content, `said to be under ${action}`);
  if (storage.holds(content)) ledger.complain(content, `said to be under ${action}, and is still there`);
  if (action === 'quarantine' && !storage.copyOf(content)) ledger.complain(content, 'said to be in the quarantine');
}
