import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { QUARANTINE_LOG } from '../../../functions/domain/quarantine.ts';
import type { QuarantineConfig } from '../../config/schema.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface QuarantineBucketProps {
  readonly config: QuarantineConfig;
  readonly accessLogs: IBucket;
}

/**
 * Keeps malware until its retention ends. Its policy only denies: only one function may write, and only the
 * configured roles may read, delete and write the log, if their own policies allow it.
 */
export class QuarantineBucket extends PrivateBucket {
  private readonly operators: readonly string[];
  private readonly key: Key;
  private readonly log: string;

  constructor(scope: Construct, id: string, { config, accessLogs }: QuarantineBucketProps) {
    const { retentionDays, objectLockDays, operatorRoleArns } = config;
    const key = new Key(scope, `${id}Key`, {
      description: 'Encrypts the quarantine of s3-airlock',
      enableKeyRotation: true,
      // Deleting the key makes everything encrypted with it unreadable.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      versioned: true,
      ...(objectLockDays !== undefined && {
        objectLockEnabled: true,
        objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(objectLockDays)),
      }),
      lifecycleRules: [
        // A noncurrent version is an earlier copy of the same content.
        { expiration: Duration.days(retentionDays), noncurrentVersionExpiration: Duration.days(1) },
        { expiredObjectDeleteMarker: true },
      ],
      // CDK's statement would name another principal.
      enforceSSL: false,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${id}/`,
    });
    this.key = key;
    this.operators = operatorRoleArns;
    this.log = this.arnForObjects(`${QUARANTINE_LOG}*`);
    this.deny(
      'DenyTakingOut',
      ['s3:GetObject', 's3:GetObjectVersion', ...TORRENTS, ...DELETE],
      exceptRoles(this.operators),
    );
    this.deny('DenyInsecureTransport', ['s3:*'], { Bool: { 'aws:SecureTransport': 'false' } }, [
      this.bucketArn,
      this.arnForObjects('*'),
    ]);
    this.keepLog();
  }

  /** What operators restored or deleted, and why: they add to it, and nobody changes or deletes what is there. */
  private keepLog(): void {
    this.deny('DenyLogging', PUT, exceptRoles(this.operators), [this.log]);
    const unconditional = { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } };
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    this.deny('DenyRewritingLog', ['s3:PutObject'], unconditional, [this.log]);
    this.deny('DenyForgettingLog', DELETE, {}, [this.log]);
  }

  /** Call once: everybody else is denied. */
  grantCopyInto(task: PipelineFunction): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        ...DENIAL(),
        sid: 'DenyPuttingIn',
        actions: PUT,
        notResources: [this.log],
        conditions: exceptRoles([task.role.roleArn]),
      }),
    );
    task.role.addToPolicy(new PolicyStatement({ actions: PUT, resources: [this.arnForObjects('*')] }));
    task.role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
    // Without an S3 Bucket Key, writing needs no kms:Decrypt: the function cannot read what it wrote.
    task.role.addToPolicy(new PolicyStatement({ actions: ['kms:GenerateDataKey'], resources: [this.key.keyArn] }));
  }

  private deny(
    sid: string,
    actions: string[],
    conditions: Record<string, unknown>,
    resources: string[] = [this.arnForObjects('*')],
  ): void {
    this.addToResourcePolicy(new PolicyStatement({ ...DENIAL(), sid, actions, resources, conditions }));
  }
}

/** `"*"` as in the gate, which denies services too, and not `{ "AWS": "*" }`. */
const DENIAL = () => ({ effect: Effect.DENY, principals: [new StarPrincipal()] });

function exceptRoles(arns: readonly string[]): Record<string, unknown> {
  return arns.length === 0 ? {} : { ArnNotEquals: { 'aws:PrincipalArn': [...arns] } };
}

const PUT = ['s3:PutObject', 's3:PutObjectTagging'];
const TORRENTS = ['s3:GetObjectTorrent', 's3:GetObjectVersionTorrent'];
/** Lifecycle deletions ignore the bucket policy. */
const DELETE = ['s3:DeleteObject', 's3:DeleteObjectVersion'];
