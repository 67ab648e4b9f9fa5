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

/** What every bucket of the stack has in common: private, encrypted, TLS only, kept when the stack goes. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      // A first deployment that fails takes it along, or the next one would meet its name.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      // The remains of broken-off uploads cost like objects and are in no listing.
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      ...props,
    });
  }
}

/** Who read what, and whom the bucket policy turned away: the server access logs of the other buckets. */
export function accessLogsBucket(scope: Construct, id: string, retentionDays: number): IBucket {
  const bucket = new PrivateBucket(scope, id, { lifecycleRules: [{ expiration: Duration.days(retentionDays) }] });
  // It is one; only exactOptionalPropertyTypes, which CDK is not written for, says no.
  return bucket as unknown as IBucket;
}
