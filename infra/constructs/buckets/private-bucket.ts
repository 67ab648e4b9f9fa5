import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** Common settings of all buckets of the stack: private, encrypted, TLS only, kept when the stack is deleted. */
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
}

/** Server access logs of the other buckets: who read what, and whom the bucket policy refused. */
export function accessLogsBucket(scope: Construct, id: string, retentionDays: number): IBucket {
  const bucket = new PrivateBucket(scope, id, { lifecycleRules: [{ expiration: Duration.days(retentionDays) }] });
  // It is one; only exactOptionalPropertyTypes, which CDK does not support, disagrees.
  return bucket as unknown as IBucket;
}
