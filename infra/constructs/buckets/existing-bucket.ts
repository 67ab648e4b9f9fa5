import { type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** The construct id that CDK gives the function behind `enableEventBridgeNotification` of imported buckets. */
export const NOTIFICATIONS_HANDLER = 'BucketNotificationsHandler050a0587b7544547bf325f094a3db834';

/**
 * Turns EventBridge on for a bucket that was not created here. CDK's custom resource keeps the other notifications of a
 * bucket of another stack.
 */
export function notifyEventBridge(scope: Construct, bucket: IBucket, retention: RetentionDays): void {
  bucket.enableEventBridgeNotification();

  const handler = Stack.of(scope).node.findChild(NOTIFICATIONS_HANDLER);
  if (handler.node.tryFindChild('Logs') === undefined) {
    // By default, its logs never expire.
    const { logGroupName } = new LogGroup(handler, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    (handler.node.findChild('Resource') as CfnResource).addPropertyOverride('LoggingConfig', {
      LogGroup: logGroupName,
    });
  }
}
