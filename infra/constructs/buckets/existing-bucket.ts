import { type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** The construct id that CDK gives the function behind `enableEventBridgeNotification` of imported buckets. */
export const NOTIFICATIONS_HANDLER = 'BucketNotificationsHandler050a0587b7544547bf325f094a3db834';

/** An existing bucket; CDK's custom resource turns EventBridge on and keeps the bucket's other notifications. */
export function existingBucket(scope: Construct, id: string, bucketName: string, retention: RetentionDays): IBucket {
  const bucket = Bucket.fromBucketName(scope, id, bucketName);
  bucket.enableEventBridgeNotification();

  const handler = Stack.of(scope).node.findChild(NOTIFICATIONS_HANDLER);
  if (handler.node.tryFindChild('Logs') === undefined) {
    // By default, its logs never expire.
    const { logGroupName } = new LogGroup(handler, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    (handler.node.findChild('Resource') as CfnResource).addPropertyOverride('LoggingConfig', {
      LogGroup: logGroupName,
    });
  }
  return bucket;
}
