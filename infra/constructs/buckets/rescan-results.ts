import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { RULES_FOLDER } from '../../../functions/domain/hunt/rules.ts';
import { DATED_PREFIX, LATEST_PREFIX, PARTS_PREFIX } from '../../../functions/domain/report/files.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface RescanResultsProps {
  readonly accessLogs: IBucket;
  /** How long the results of a run are kept. */
  readonly retentionDays: number;
}

/** Longer than a hunt can run, which is seven days. */
const RULES_DAYS = 8;
/** Rows of a report that failed; one that is redriven begins again. */
const PARTS_DAYS = 7;

/**
 * Stores results of batches under `runs/` and `hunts/`, the progress of `due` under `progress/`, reports under `reports/`,
 * which findings of Security Hub are open under `findings/`, and the rules of a hunt, which the command deletes at its end.
 */
export class RescanResults extends PrivateBucket {
  constructor(scope: Construct, id: string, { accessLogs, retentionDays }: RescanResultsProps) {
    super(scope, id, {
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${id}/`,
      lifecycleRules: [
        { prefix: 'runs/', expiration: Duration.days(retentionDays) },
        { prefix: 'hunts/', expiration: Duration.days(retentionDays) },
        { prefix: RULES_FOLDER, expiration: Duration.days(RULES_DAYS) },
        { prefix: DATED_PREFIX, expiration: Duration.days(retentionDays) },
        { prefix: PARTS_PREFIX, expiration: Duration.days(PARTS_DAYS) },
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
  }

  /** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html#resultwriter-iam-policies */
  grantWriteRuns(role: IRole, folder: 'runs' | 'hunts'): void {
    this.allow(role, `${folder}/*`, [
      's3:PutObject',
      's3:GetObject',
      's3:ListMultipartUploadParts',
      's3:AbortMultipartUpload',
    ]);
  }

  grantReadRuns(role: IRole, folder: 'runs' | 'hunts' = 'runs'): void {
    this.allow(role, `${folder}/*`, ['s3:GetObject']);
    this.grantList(role);
  }

  grantReadRules(role: IRole): void {
    this.allow(role, `${RULES_FOLDER}*`, ['s3:GetObject']);
    // Rules that were deleted are 404 with ListBucket only.
    this.grantList(role);
  }

  grantReadProgress(role: IRole): void {
    this.allow(role, 'progress/*', ['s3:GetObject']);
    // Before the first run there is none; without ListBucket, S3 answers 403 instead of 404.
    this.grantList(role);
  }

  grantWriteProgress(role: IRole): void {
    this.allow(role, 'progress/*', ['s3:PutObject']);
  }

  grantWriteParts(role: IRole): void {
    this.allow(role, `${PARTS_PREFIX}*`, ['s3:PutObject']);
  }

  /** Reading, because the latest ones are copies of the dated ones. */
  grantPublishReports(role: IRole): void {
    this.allow(role, `${PARTS_PREFIX}*`, ['s3:GetObject']);
    this.allow(role, `${DATED_PREFIX}*`, ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload']);
    this.allow(role, `${LATEST_PREFIX}*`, ['s3:GetObject', 's3:PutObject']);
    // Before the first report there is none of them.
    this.grantList(role);
  }

  grantRememberFindings(role: IRole): void {
    this.allow(role, 'findings/*', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']);
    // Most objects have none.
    this.grantList(role);
  }

  private grantList(role: IRole): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
  }

  private allow(role: IRole, keys: string, actions: string[]): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.arnForObjects(keys)] }));
  }
}
