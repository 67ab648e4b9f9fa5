import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { ZodType } from 'zod';
import { DeployedGate } from '../../functions/domain/gate/deployed-gate.ts';
import { DeployedGuard } from '../../functions/domain/gate/guard.ts';

/** A deployed stack, described by its outputs; independent of what this copy of the code would deploy. */
export interface DeployedStack {
  /** @throws Error when the stack has no such output */
  output(key: string): string;
  /** @throws Error when the stack does not watch the bucket, or was deployed by a version with another output format */
  gateOf(bucket: string): DeployedGate;
  /** @throws Error when the stack was deployed by a version with another output format */
  guard(): DeployedGuard;
}

/**
 * @param name name or ARN
 * @throws what the SDK throws; ValidationError for a stack that does not exist
 */
export async function describeStack(cloudFormation: CloudFormationClient, name: string): Promise<DeployedStack> {
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
  const outputs = new Map(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const output = (key: string) => {
    const value = outputs.get(key);
    if (value !== undefined) return value;
    throw new Error(`the stack ${name} has no output ${key}: is it an s3-airlock?`);
  };
  return {
    output,
    guard: () => parsed(DeployedGuard, name, 'Guard', output('Guard')),
    gateOf(bucket) {
      const gates = [...outputs]
        .filter(([key]) => GATE.test(key))
        .map(([key, value]) => parsed(DeployedGate, name, key, value));
      const gate = gates.find(({ bucketName }) => bucketName === bucket);
      if (gate !== undefined) return gate;
      const watched = gates.map(({ bucketName }) => bucketName).join(', ') || 'none';
      throw new Error(`the stack ${name} does not watch the bucket ${bucket}; it watches: ${watched}`);
    },
  };
}

/** Of infra/constructs/buckets/watched-bucket.ts. */
const GATE = /^WatchedBucket.*Gate[0-9A-F]{8}$/;

function parsed<T>(schema: ZodType<T>, stack: string, key: string, value: string): T {
  const { success, data } = schema.safeParse(JSON.parse(value));
  if (success) return data;
  // A policy from incomplete data could be too weak.
  throw new Error(`the output ${key} of the stack ${stack} was written by another version of s3-airlock: ${value}`);
}
