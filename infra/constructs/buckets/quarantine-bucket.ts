import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { QuarantineConfig } from '../../config/schema.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface QuarantineBucketProps {
  readonly config: QuarantineConfig;
  readonly accessLogs: IBucket;
}

/**
 * Where malware is kept until its time is over. Its policy denies and grants nothing: only one function puts
 * anything in, and only the roles of the configuration take anything out, who still need a right of their own.
 */
export class QuarantineBucket extends PrivateBucket {
  private readonly operators: readonly string[];
  private readonly key: Key;

  constructor(scope: Construct, id: string, { config, accessLogs }: QuarantineBucketProps) {
    const { retentionDays, objectLockDays, operatorRoleArns } = config;
    const key = new Key(scope, `${id}Key`, {
      description: 'Encrypts the quarantine of s3-airlock',
      enableKeyRotation: true,
      // With the key goes everything that is encrypted with it.
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
        // A version that is not current is an earlier copy of the same content.
        { expiration: Duration.days(retentionDays), noncurrentVersionExpiration: Duration.days(1) },
        { expiredObjectDeleteMarker: true },
      ],
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${id}/`,
    });
    this.key = key;
    this.operators = operatorRoleArns;
    this.deny('DenyTakingOut', ['s3:GetObject', 's3:GetObjectVersion', ...TORRENTS, ...DELETE], this.operators);
  }

  /** To be called once: everybody else is denied. */
  grantCopyInto(task: PipelineFunction): void {
    this.deny('DenyPuttingIn', PUT, [task.role.roleArn]);
    task.role.addToPolicy(new PolicyStatement({ actions: PUT, resources: [this.arnForObjects('*')] }));
    task.role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
    // Without an S3 Bucket Key, writing takes no kms:Decrypt: the function cannot read what it put in.
    task.role.addToPolicy(new PolicyStatement({ actions: ['kms:GenerateDataKey'], resources: [this.key.keyArn] }));
  }

  private deny(sid: string, actions: string[], butRoleArns: readonly string[]): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [this.arnForObjects('*')],
        ...(butRoleArns.length > 0 && {
          conditions: { ArnNotEquals: { 'aws:PrincipalArn': [...butRoleArns] } },
        }),
      }),
    );
  }
}

const PUT = ['s3:PutObject', 's3:PutObjectTagging'];
const TORRENTS = ['s3:GetObjectTorrent', 's3:GetObjectVersionTorrent'];
/** The lifecycle deletes without asking a bucket policy. */
const DELETE = ['s3:DeleteObject', 's3:DeleteObjectVersion'];
