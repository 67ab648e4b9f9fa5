import type { Construct } from 'constructs';

/**
 * CDK's feature flags that change what an airlock consists of, so that it is the same in every app, whatever the app's
 * cdk.json says.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
 */
const FLAGS: Readonly<Record<string, unknown>> = {
  '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true,
  '@aws-cdk/aws-kms:aliasNameRef': true,
  '@aws-cdk/aws-lambda:createNewPoliciesWithAddToRolePolicy': false,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/aws-lambda:recognizeVersionProps': true,
  '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true,
  '@aws-cdk/aws-s3:createDefaultLoggingPolicy': true,
  '@aws-cdk/aws-s3:publicAccessBlockedByDefault': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn', 'aws-us-gov'],
};

/** @param airlock before it has children */
export function setFeatureFlags(airlock: Construct): void {
  for (const [flag, value] of Object.entries(FLAGS)) airlock.node.setContext(flag, value);
}
