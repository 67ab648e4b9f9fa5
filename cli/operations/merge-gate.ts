import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { MAX_BUCKET_POLICY_BYTES, type PolicyDocument } from '../../functions/domain/gate/bucket-policy.ts';
import { type MergedPolicy, mergedPolicy } from '../../functions/domain/gate/merged-policy.ts';
import { type LetThrough, removedGate } from '../../functions/domain/gate/removed-gate.ts';
import { currentPolicy, difference } from './bucket-policies.ts';
import { describeStack } from './deployed-stack.ts';

export interface BucketPolicyClients {
  readonly s3: S3Client;
  readonly cloudFormation: CloudFormationClient;
}

export interface GatedBucket {
  readonly bucket: string;
  /** Name or ARN of the stack that watches it, or copies clean objects there. */
  readonly stack: string;
}

/** What merging the gate would change. */
export interface PlannedMerge extends Pick<MergedPolicy, 'changed' | 'missing' | 'overwritten' | 'obsolete'> {
  /** The merged policy, JSON. */
  readonly text: string;
  /** Unified diff of the bucket's current and merged policy; empty when they are equivalent. */
  readonly patch: string;
  /** What a tag must say for readers to get through; undefined where nobody is kept from reading. */
  readonly lets: LetThrough | undefined;
  /** Trusted prefixes whose content without a verdict becomes readable. */
  readonly opens: readonly string[];
}

/** @throws as `describeStack` and its `policyFor` */
export async function deployedGate(
  cloudFormation: CloudFormationClient,
  { bucket, stack }: GatedBucket,
): Promise<PolicyDocument> {
  return (await describeStack(cloudFormation, stack)).policyFor(bucket);
}

/** @throws Error when the bucket's policy is unreadable, or would be too large; and what the SDK throws */
export async function planMerge(clients: BucketPolicyClients, target: GatedBucket): Promise<PlannedMerge> {
  const [gate, current] = await Promise.all([
    deployedGate(clients.cloudFormation, target),
    currentPolicy(clients.s3, target.bucket),
  ]);
  const { policy, ...merged } = mergedPolicy(current, gate);
  const { lets } = removedGate({ ...gate, Statement: gate.Statement.map((each) => ({ ...each })) }, target.bucket);
  const before = current && removedGate(current, target.bucket).lets;
  const text = JSON.stringify(policy);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BUCKET_POLICY_BYTES) {
    throw new Error(
      `the policy of ${target.bucket} with the gate has ${bytes} bytes; S3 accepts ${MAX_BUCKET_POLICY_BYTES}`,
    );
  }
  const names = [`${target.bucket} now`, `${target.bucket} with the gate`] as const;
  const patch = merged.changed ? difference(names, current, policy) : '';
  return {
    text,
    patch,
    ...merged,
    lets,
    // Without a gate, everything is readable already.
    opens: before === undefined ? [] : (lets?.trusted ?? []).filter((prefix) => !before.trusted.includes(prefix)),
  };
}

/**
 * Replaces the bucket's policy with the merged one. S3 has no precondition for that: a change made between reading
 * and writing is lost.
 * @throws what the SDK throws
 */
export async function merge(s3: S3Client, Bucket: string, { text: Policy }: PlannedMerge): Promise<void> {
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}
