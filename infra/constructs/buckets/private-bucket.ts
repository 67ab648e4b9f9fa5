import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type AddToResourcePolicyResult, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/**
 * Common settings of all buckets of the stack: private, encrypted, TLS only; kept, with their policies, when the stack
 * is deleted or no longer has them.
 */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      // A failed first deployment deletes it; otherwise its name would block the next one.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      // Parts of aborted uploads cost as much as objects and appear in no listing.
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      ...props,
    });
  }

  /**
   * A bucket without its policy would hand out what nobody scanned. Unlike the bucket, the policy also stays in a
   * rollback: S3 deletes it together with an empty bucket, and does not delete a bucket with content.
   */
  override addToResourcePolicy(permission: PolicyStatement): AddToResourcePolicyResult {
    const result = super.addToResourcePolicy(permission);
    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return result;
  }
}

/** Server access logs of the other buckets: who read what, and whom the bucket policy refused. */
export function accessLogsBucket(scope: Construct, id: string, retentionDays: number): IBucket {
  const bucket = new PrivateBucket(scope, id, {
    lifecycleRules: [{ expiration: Duration.days(retentionDays) }],
    // S3 may already have written to it when a first deployment fails: deleting it would fail the rollback.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  // It is one; only exactOptionalPropertyTypes, which CDK does not support, disagrees.
  return bucket as unknown as IBucket;
}

/** Lets S3 deliver the access logs of many buckets, in one statement: a policy has 20 KB. */
export function admitLogsOf(bucketArns: readonly string[], accessLogs: IBucket, prefix: string): void {
  if (bucketArns.length === 0) return;
  accessLogs.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [accessLogs.arnForObjects(`${prefix}*`)],
      conditions: {
        ArnEquals: { 'aws:SourceArn': [...bucketArns] },
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      },
    }),
  );
}
