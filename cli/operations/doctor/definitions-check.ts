import { type DefinitionsStatus, readStatus } from '../definitions/status.ts';
import type { Patient } from './clients.ts';
import { type Check, failure, type Outcome, ok, warning } from './finding.ts';

const HOUR_MILLISECONDS = 3_600_000;
/** As of the alarms DefinitionsOld and SignaturesOld. */
const MAX_CHECK_HOURS = 24;
const MAX_SIGNATURES_HOURS = 48;

const LOCAL_ACCOUNT = '000000000000';

/** Whether what scanners find malware by is of today. */
export function definitionsCheck({ clients: { s3, sqs, logs }, deployed, now }: Patient): Check {
  return {
    check: 'definitions',
    permissions: [
      's3:GetObject and s3:ListBucket on the definitions bucket',
      'sqs:GetQueueAttributes',
      'logs:FilterLogEvents',
    ],
    async look() {
      const status = await readStatus({ s3, sqs, logs }, deployed, now);
      const { version, refused } = status;
      if (version === null) return [unpublished(deployed.id)];
      const refusals = refused.length === 0 ? [] : [warning(REFUSED, 'airlock definitions status')];
      return [freshness(version, status, now), ...refusals];
    },
  };
}

const REFUSED = 'scanners refused a published set within a day, and go on with an older one';

function freshness(version: string, { hold, checkedAt, signaturesTime }: DefinitionsStatus, now: Date): Outcome {
  const hoursSince = (time: string) => Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / HOUR_MILLISECONDS));
  if (hold !== null) return warning(`${version} is held: no update is published`, 'airlock definitions status');
  const checked = hoursSince(checkedAt ?? '1970-01-01');
  if (checked >= MAX_CHECK_HOURS) {
    return failure(`${version}: no update has succeeded for ${checked} hours`, 'airlock definitions update');
  }
  const built = signaturesTime === null ? 0 : hoursSince(signaturesTime);
  if (built >= MAX_SIGNATURES_HOURS) {
    const old = `${version}: the newest that the mirror has are ${built} hours old`;
    return warning(old, 'docs/operations/alarms.md#signaturesold');
  }
  return ok(`${version}, checked ${checked === 0 ? 'within the hour' : `${checked} hours ago`}`);
}

function unpublished(stackId: string): Outcome {
  if (stackId.split(':')[4] === LOCAL_ACCOUNT) {
    return ok('none are published: `npm run local` scans with those of this machine');
  }
  return failure('none have been published: nothing can be scanned', 'airlock definitions update');
}
