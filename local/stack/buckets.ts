import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { S3Server } from '../../emulator/s3/server.ts';

/** CDK's custom resource that turns EventBridge on for an existing bucket. */
const EXISTING = 'Custom::S3BucketNotifications';

/**
 * Creates the template's buckets with their policies, and the existing buckets that it expects: unversioned and
 * without a policy, the defaults of S3.
 */
export function createBuckets(stack: LocalStack, s3: S3Server): void {
  for (const { ref, properties } of stack.ofType('AWS::S3::Bucket')) {
    s3.createBucket(ref, {
      versioning: properties.VersioningConfiguration?.Status === 'Enabled' ? 'enabled' : 'off',
      eventBridge: properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled === true,
      cors: properties.CorsConfiguration?.CorsRules ?? [],
    });
  }
  for (const { properties } of stack.ofType(EXISTING)) {
    const eventBridge = properties.NotificationConfiguration?.EventBridgeConfiguration !== undefined;
    s3.createBucket(properties.BucketName, { versioning: 'off', eventBridge });
  }
  for (const bucket of existingDestinations(stack)) s3.createBucket(bucket, { versioning: 'off' });
  for (const { properties } of stack.ofType('AWS::S3::BucketPolicy')) {
    s3.buckets.bucket(properties.Bucket).policy = properties.PolicyDocument;
  }
}

/** Names of the existing buckets that clean objects are copied to: only an output names them. */
const existingDestinations = (stack: LocalStack): string[] =>
  stack.outputs
    .filter(({ key }) => /^CopyDestination.*Deployed/.test(key))
    .map(({ value }) => JSON.parse(value) as { bucketName: string; made: boolean })
    .flatMap(({ bucketName, made }) => (made ? [] : [bucketName]));

/** Names of the buckets whose uploads are scanned, first those that the stack creates. */
export function watchedBuckets(stack: LocalStack): string[] {
  const made = stack
    .ofType('AWS::S3::Bucket')
    .filter(({ properties }) => properties.NotificationConfiguration?.EventBridgeConfiguration);
  return [...made.map(({ ref }) => ref), ...stack.ofType(EXISTING).map(({ properties }) => properties.BucketName)];
}
