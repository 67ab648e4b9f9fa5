import {
  GetBucketNotificationConfigurationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import type { DeployedDestination } from '../../../functions/domain/gate/deployed-destination.ts';
import type { TrustedPrefix } from '../../../functions/domain/gate/trusted.ts';
import { byHandUnder } from '../../../functions/domain/rescan/progress-key.ts';
import { planMerge } from '../merge-gate.ts';
import { rescanProgress } from '../rescan-progress.ts';
import { statusOf } from '../s3-faults.ts';
import type { Patient } from './clients.ts';
import { type Check, failure, type Outcome, ok, warning } from './finding.ts';

const EXISTING = 'docs/operations/existing-buckets.md';

/** Whether it exists; all else about a bucket only if it does. */
export function bucketExists(
  { clients: { s3 }, deployed }: Patient,
  bucket: string,
  elsewhere = 'its events do not get there',
): Check {
  const region = deployed.id.split(':')[3] ?? '';
  return {
    check: 'bucket',
    subject: bucket,
    permissions: ['s3:ListBucket'],
    async look() {
      try {
        const { BucketRegion = region } = await s3.send(new HeadBucketCommand({ Bucket: bucket }));
        if (BucketRegion === region) return [ok(`exists in ${region}`)];
        const where = `is in ${BucketRegion}, the stack in ${region}: ${elsewhere}`;
        return [failure(where, `deploy the stack in ${BucketRegion}`)];
      } catch (fault) {
        if (statusOf(fault) !== 404) throw fault;
        return [failure('does not exist', 'docs/operations/outliving-the-stack.md, or create it and deploy again')];
      }
    },
  };
}

export function bucketChecks(patient: Patient, bucket: string): readonly Check[] {
  const { s3 } = patient.clients;
  const { versioned, gate } = patient.deployed.bucketOf(bucket);
  const { trusted = [] } = gate;
  return [
    {
      check: 'notifications',
      subject: bucket,
      permissions: ['s3:GetBucketNotification'],
      async look() {
        const set = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
        if (set.EventBridgeConfiguration !== undefined) return [ok('S3 tells EventBridge')];
        return [
          failure(
            'S3 does not tell EventBridge: uploads are not scanned',
            `turn it on (S3 console, ${bucket}, Properties, Amazon EventBridge), then: airlock rescan ${bucket} --strategy unscanned`,
          ),
        ];
      },
    },
    {
      check: 'versioning',
      subject: bucket,
      permissions: ['s3:GetBucketVersioning'],
      async look() {
        const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
        return [versioningOf(bucket, Status, versioned)];
      },
    },
    gateCheck(patient, bucket),
    ...(trusted.length === 0 ? [] : [trustedCheck(patient, bucket, trusted)]),
  ];
}

/** Those of a bucket that clean objects are copied to. */
export function destinationChecks(
  patient: Patient,
  { bucketName: bucket, closed }: DeployedDestination,
): readonly Check[] {
  const { s3 } = patient.clients;
  return [
    {
      check: 'versioning',
      subject: bucket,
      permissions: ['s3:GetBucketVersioning'],
      async look() {
        const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
        if (Status === 'Enabled') return [ok('on')];
        return [ok('off: a newer copy replaces the one before')];
      },
    },
    ...(closed ? [gateCheck(patient, bucket)] : []),
  ];
}

function gateCheck({ clients: { s3, cloudFormation }, stack }: Patient, bucket: string): Check {
  return {
    check: 'gate',
    subject: bucket,
    permissions: ['s3:GetBucketPolicy'],
    async look() {
      const { changed, missing, obsolete } = await planMerge({ s3, cloudFormation }, { bucket, stack });
      if (!changed) return [ok('attached, as deployed')];
      return [
        failure(
          `not as deployed: ${[...missing, ...obsolete].join(', ')} missing or changed`,
          `airlock bucket-policy diff ${bucket}, then merge; ${EXISTING}`,
        ),
      ];
    },
  };
}

/** Nothing tells what was under a prefix before it was trusted from what its writers put there: only a scan does. */
function trustedCheck(
  { clients: { s3 }, deployed }: Patient,
  bucket: string,
  trusted: readonly TrustedPrefix[],
): Check {
  return {
    check: 'trusted',
    subject: bucket,
    permissions: ['s3:GetObject'],
    look: () =>
      Promise.all(
        trusted.map(async ({ prefix, writerRoleArns }) => {
          const scanned = await rescanProgress(s3, deployed, bucket, byHandUnder(prefix));
          const written = `${prefix}: readable without a scan, written by ${writerRoleArns.join(', ')} alone`;
          if (scanned !== undefined)
            return ok(`${written}; what was there is scanned (${new Date(scanned).toISOString()})`);
          return warning(
            `${written}; what was there before may never have been scanned`,
            `airlock rescan s3://${bucket}/${prefix} --trusted --strategy unscanned --wait; docs/trusted.md`,
          );
        }),
      ),
  };
}

/** @param configured whether the stack made it versioned; undefined where the bucket is its owner's */
function versioningOf(bucket: string, status: string | undefined, configured: boolean | undefined): Outcome {
  if (status === 'Enabled') return ok('on');
  const now = status === undefined ? 'off' : 'suspended';
  if (configured === false) return ok(`${now}, as configured`);
  return warning(
    `${now}: an object that is replaced while it is scanned gets its verdict later`,
    `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
  );
}
