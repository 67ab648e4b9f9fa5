import { type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** The construct id that CDK gives the one function behind `enableEventBridgeNotification` of imported buckets. */
export const NOTIFICATIONS_HANDLER = 'BucketNotificationsHandler050a0587b7544547bf325f094a3db834';

/**
 * A bucket that is not the stack's, with EventBridge turned on: by CDK's custom resource, which keeps the
 * notifications that the bucket already has.
 */
export function existingBucket(scope: Construct, id: string, bucketName: string, retention: RetentionDays): IBucket {
  const bucket = Bucket.fromBucketName(scope, id, bucketName);
  bucket.enableEventBridgeNotification();

  const handler = Stack.of(scope).node.findChild(NOTIFICATIONS_HANDLER);
  if (handler.node.tryFindChild('Logs') === undefined) {
    // Left alone, it logs forever.
    const { logGroupName } = new LogGroup(handler, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    (handler.node.findChild('Resource') as CfnResource).addPropertyOverride('LoggingConfig', {
      LogGroup: logGroupName,
    });
  }
  return bucket;
}
