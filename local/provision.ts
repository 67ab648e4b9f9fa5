import type { FauxqsServer } from 'fauxqs';
import type { LocalStack } from './cloudformation/template.ts';
import type { S3Server } from './s3/server.ts';

/** CDK's custom resource, which turns EventBridge on for a bucket that is not the stack's. */
const EXISTING = 'Custom::S3BucketNotifications';

/** Makes the template's queues and topics. */
export function createQueuesAndTopics(stack: LocalStack, queues: FauxqsServer): void {
  for (const { arn } of stack.ofType('AWS::SQS::Queue')) queues.createQueue(nameIn(arn));
  for (const { arn } of stack.ofType('AWS::SNS::Topic')) queues.createTopic(nameIn(arn));
}

/**
 * Makes the template's buckets, under their policies, and those that it takes to be there already: unversioned and
 * without a policy, as S3 makes them.
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
  for (const { properties } of stack.ofType('AWS::S3::BucketPolicy')) {
    s3.buckets.bucket(properties.Bucket).policy = properties.PolicyDocument;
  }
}

/** Names of the buckets whose uploads are scanned, first those that the stack makes. */
export function watchedBuckets(stack: LocalStack): string[] {
  const made = stack
    .ofType('AWS::S3::Bucket')
    .filter(({ properties }) => properties.NotificationConfiguration?.EventBridgeConfiguration);
  return [...made.map(({ ref }) => ref), ...stack.ofType(EXISTING).map(({ properties }) => properties.BucketName)];
}

/** Of each state machine by ARN. */
export function typesOfStateMachines(stack: LocalStack): ReadonlyMap<string, 'STANDARD' | 'EXPRESS'> {
  const machines = stack.ofType('AWS::StepFunctions::StateMachine');
  return new Map(machines.map(({ arn, properties }) => [arn, properties.StateMachineType ?? 'STANDARD']));
}

export function stringAttributes(attributes: object): Record<string, { DataType: string; StringValue: string }> {
  const entries = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return Object.fromEntries(entries);
}

/** Name of a queue or topic. */
export function nameIn(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
