import type { Outcome } from '../../functions/domain/payloads.ts';
import { bucketNamed } from './buckets.ts';
import { checkAction, checkTold, RETRIES, type Run, wasGivenUp } from './check-verdict.ts';
import { type Content, type Ended, nameOf } from './ledger.ts';

/** How an execution may end; any failure must fail the execution. */
const ENDINGS: Readonly<Record<string, string>> = {
  'Object Gone': 'SUCCEEDED',
  Notify: 'SUCCEEDED',
  'Scan Failed': 'FAILED',
  'Action Failed': 'FAILED',
  'Notification Failed': 'FAILED',
};

/** Each execution ended because its object was gone, or reported it correctly and followed the policy, or failed. */
export function checkExecutions(run: Run): void {
  for (const ended of run.ledger.unchecked()) checkExecution(run, ended);
}

function checkExecution(run: Run, { upload, result }: Ended): void {
  const { ledger, failures, denied } = run;
  const last = result.states.at(-1) ?? '';
  ledger.count(`${last}: ${result.status}`);
  for (const [state, retries] of Object.entries(result.retries)) ledger.count(`retries of ${state}`, retries);
  if (ENDINGS[last] !== result.status) ledger.complain(upload, `${result.status} in ${last}`);
  if (last === 'Object Gone') {
    // Without versions the execution of what was overwritten may have been the one to delete what came after.
    const gone = bucketNamed(upload.bucket).versioned ? ledger.wasRemoved(upload) : ledger.wasEmptied(upload);
    if (!gone) ledger.complain(upload, 'taken for gone, though nobody deleted it');
    return;
  }
  const { content, outcome, finding } = stateOf({ upload, result });
  const givenUp = wasGivenUp(finding);
  if (givenUp) ledger.givenUp(content);
  const { bucket, key, etag } = content;
  if (last === 'Scan Failed') {
    failures.scan.add(nameOf(bucket, key, 'ERROR')).add(nameOf(bucket, key, outcome.tagged ? 'ERROR' : undefined));
  } else if (last === 'Action Failed') {
    failures.action.add(nameOf(bucket, key, etag));
  }
  const notify = result.states.findLast((state) => state.startsWith('Notify ') || state === 'Notify') ?? '';
  const gaveUp = denied.has(result.arn) || (result.retries[notify] ?? 0) >= RETRIES;
  if (last === 'Notification Failed' && !gaveUp) ledger.complain(content, 'gave up telling too early');
  const status = last === 'Scan Failed' ? 'ERROR' : givenUp ? 'UNSCANNABLE' : ledger.expectedOf(content);
  const mayBeUntold = result.status === 'FAILED' && gaveUp;
  checkTold(run, { scanId: result.arn, content, status, outcome, gaveUp: mayBeUntold });
  if (last === 'Scan Failed') return;
  const left = checkAction(run, content, outcome, status);
  if (left && last !== 'Action Failed') ledger.complain(content, 'infected, to be away, and neither done nor failed');
}

/** What the execution was about in the end: on a bucket without versions not always what was uploaded. */
function stateOf({ upload, result }: Ended): { content: Content; outcome: Outcome; finding?: string | null } {
  const { detail, outcome, verdict } = result.lastInput as {
    detail: { object: { etag: string; 'version-id'?: string } };
    outcome: Outcome;
    verdict?: { finding: string | null };
  };
  const { etag, 'version-id': versionId } = detail.object;
  return {
    content: { bucket: upload.bucket, key: upload.key, versionId, etag },
    outcome,
    finding: verdict?.finding ?? null,
  };
}
