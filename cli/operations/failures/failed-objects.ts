import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionStatus, paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn';
import { listedKey } from '../../../functions/domain/listed-key.ts';
import { versionOf } from '../../../functions/domain/object-reference.ts';
import type { UploadClaim } from '../dead-letter.ts';
import type { DeployedStart } from '../deployed-start.ts';
import { nameOf } from '../execution-name.ts';
import { type RunObject, reasonOf, runObjects } from '../run-names.ts';
import { exists } from './failed-executions.ts';
import { idOf, type Redrivable } from './failure.ts';

export interface FailedObjectsOptions {
  readonly rescanBucketArn: string;
  readonly scanUploadArn: string;
  readonly resultsBucket: string;
  readonly startFor: (claim: UploadClaim) => Promise<DeployedStart | undefined>;
  /** Start times of the rescans. */
  readonly since: Date;
  readonly until: Date;
}

/**
 * Objects that failed in rescans, whether or not these succeeded, and were not started again since.
 * @throws what the SDK throws
 */
export async function* failedObjects(
  { stepFunctions, s3 }: { readonly stepFunctions: SFNClient; readonly s3: S3Client },
  { rescanBucketArn, scanUploadArn, resultsBucket, startFor, since, until }: FailedObjectsOptions,
): AsyncGenerator<Redrivable> {
  const asked = { stateMachineArn: rescanBucketArn };
  listing: for await (const { executions = [] } of paginateListExecutions({ client: stepFunctions }, asked)) {
    for (const { executionArn = '', name: runName = '', startDate = since, status } of executions) {
      // Newest first.
      if (startDate < since) break listing;
      if (startDate > until || status === ExecutionStatus.RUNNING) continue;
      let bucket: string | undefined;
      for await (const object of runObjects(s3, { resultsBucket, runName })) {
        if (object.what !== 'failed') continue;
        bucket ??= await bucketOf(stepFunctions, executionArn);
        const { key, versionId } = object;
        const name = nameOf([executionArn, key, versionId], 'rescanned');
        // EXPRESS remembers no names.
        const again = `${scanUploadArn.replace(':stateMachine:', ':execution:')}:${name}`;
        if (await exists(stepFunctions, again).catch(() => false)) continue;
        yield redrivable(object, { s3, startFor, bucket, name, executionArn, startDate });
      }
    }
  }
}

function redrivable(
  object: RunObject,
  of: {
    readonly s3: S3Client;
    readonly startFor: FailedObjectsOptions['startFor'];
    readonly bucket: string;
    readonly name: string;
    readonly executionArn: string;
    readonly startDate: Date;
  },
): Redrivable {
  const { key, versionId } = object;
  const { bucket, name, executionArn, startDate } = of;
  return {
    failure: {
      ...{ id: idOf(executionArn, key, versionId), kind: 'object', when: startDate.toISOString() },
      ...{ bucket, key, versionId: versionId ?? null, cause: reasonOf(object) },
      ...{ redrive: 'scans the object as a new upload', execution: executionArn },
    },
    async start() {
      // A batch that fails knows no versions: it looked at the current one.
      const version = versionId ?? (await currentVersion(of.s3, bucket, key));
      if (version === undefined) return undefined;
      const start = await of.startFor({ kind: 'upload', bucket, key, ...versionOf(version) });
      return start && { ...start, name };
    },
  };
}

async function bucketOf(stepFunctions: SFNClient, executionArn: string): Promise<string> {
  const { input = '{}' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return (JSON.parse(input) as { bucket?: string }).bucket ?? '';
}

/** From the listing: the gate may deny HeadObject. The current one of a key is the first that S3 lists. */
async function currentVersion(s3: S3Client, Bucket: string, key: string): Promise<string | undefined> {
  const asked = { Bucket, Prefix: key, MaxKeys: 2, EncodingType: 'url' as const };
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand(asked));
  return Versions.find(({ Key, IsLatest }) => IsLatest === true && listedKey(Key) === key)?.VersionId;
}
