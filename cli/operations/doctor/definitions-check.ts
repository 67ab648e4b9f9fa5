import { GetObjectCommand } from '@aws-sdk/client-s3';
import { CURRENT_KEY, PublishedDefinitions } from '../../../functions/domain/definitions/published-definitions.ts';
import type { Patient } from './clients.ts';
import { type Check, failure, type Outcome, ok, warning } from './finding.ts';

const HOUR_MILLISECONDS = 3_600_000;
/** As of the alarms DefinitionsOld and SignaturesOld. */
const MAX_CHECK_HOURS = 24;
const MAX_SIGNATURES_HOURS = 48;

const PAGE = 'docs/operations/definitions.md';
const LOCAL_ACCOUNT = '000000000000';

/** Whether what scanners find malware by is of today. */
export function definitionsCheck({ clients: { s3 }, deployed, now }: Patient): Check {
  return {
    check: 'definitions',
    permissions: ['s3:GetObject on the definitions bucket', 's3:ListBucket'],
    async look() {
      const Bucket = deployed.output('DefinitionsBucketName');
      const text = await s3
        .send(new GetObjectCommand({ Bucket, Key: CURRENT_KEY }))
        .then(({ Body }) => Body?.transformToString())
        .catch((fault: Error) => {
          if (fault.name === 'NoSuchKey') return undefined;
          throw fault;
        });
      if (text === undefined) return [unpublished(deployed.id)];
      const { success, data } = PublishedDefinitions.safeParse(parsed(text));
      if (!success) return [failure(`${CURRENT_KEY} in ${Bucket} cannot be read`, PAGE)];
      return freshness(data, now);
    },
  };
}

function freshness({ version, checkedAt, signaturesTime }: PublishedDefinitions, now: Date): Outcome[] {
  const checked = hoursSince(checkedAt, now);
  if (checked > MAX_CHECK_HOURS) {
    const old = `${version}: no update has succeeded for ${checked} hours`;
    return [failure(old, 'docs/operations/alarms.md#definitionsold')];
  }
  const built = signaturesTime === null ? 0 : hoursSince(signaturesTime, now);
  if (built > MAX_SIGNATURES_HOURS) {
    const old = `${version}: the newest that the mirror has are ${built} hours old`;
    return [warning(old, 'docs/operations/alarms.md#signaturesold')];
  }
  return [ok(`${version}, checked ${checked === 0 ? 'within the hour' : `${checked} hours ago`}`)];
}

function unpublished(stackId: string): Outcome {
  if (stackId.split(':')[4] === LOCAL_ACCOUNT) {
    return ok('none are published: `npm run local` scans with those of this machine');
  }
  return failure('none have been published: nothing can be scanned', `${PAGE}: start an update`);
}

const hoursSince = (time: string, now: Date) =>
  Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / HOUR_MILLISECONDS));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
