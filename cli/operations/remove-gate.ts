import { DeleteBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { type RemovedGate, removedGate } from '../../functions/domain/gate/removed-gate.ts';
import { currentPolicy, difference } from './bucket-policies.ts';

/** What removing the gate would change. */
export interface PlannedRemoval extends Pick<RemovedGate, 'removed' | 'kept' | 'lets'> {
  /** The policy that the plan was made from, and the one without the gate: JSON; undefined for none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Unified diff of the two; empty when the policy has no gate. */
  readonly patch: string;
}

/** @throws Error when the bucket's policy is unreadable, and what the SDK throws */
export async function planRemoval(s3: S3Client, bucket: string): Promise<PlannedRemoval> {
  const current = await currentPolicy(s3, bucket);
  if (current === undefined) {
    return { before: undefined, after: undefined, patch: '', removed: [], kept: [], lets: undefined };
  }
  const { policy, ...gate } = removedGate(current, bucket);
  const names = [`${bucket} now`, `${bucket} without the gate`] as const;
  return {
    ...gate,
    before: JSON.stringify(current),
    after: policy && JSON.stringify(policy),
    patch: gate.removed.length > 0 ? difference(names, current, policy) : '',
  };
}

/** @throws Error when the policy is no longer the one of the plan; and what the SDK throws */
export async function removeGate(s3: S3Client, Bucket: string, plan: PlannedRemoval): Promise<void> {
  const { before } = await planRemoval(s3, Bucket);
  if (before !== plan.before) throw new Error(`the policy of ${Bucket} has changed in the meantime: start again`);
  if (plan.after === undefined) await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  else await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: plan.after }));
}
