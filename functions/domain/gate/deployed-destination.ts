import { z } from 'zod';
import type { PolicyDocument } from './bucket-policy.ts';
import { destinationPolicy } from './destination-policy.ts';

const roleArns = z.array(z.string().startsWith('arn:'));

/** What the CLI needs to know about a bucket that clean objects are copied to: the output `CopyDestination…Deployed`. */
export const DeployedDestination = z.strictObject({
  bucketName: z.string(),
  bucketArn: z.string(),
  writerRoleArns: roleArns,
  deleterRoleArns: roleArns,
  /** Whether it is to have the gate. */
  closed: z.boolean(),
  /** Whether the stack makes it. */
  made: z.boolean(),
  /** CloudFormation writes it as text. */
  annotations: z.stringbool({ truthy: ['true'], falsy: ['false'] }),
});
export type DeployedDestination = z.infer<typeof DeployedDestination>;

export const policyOfDestination = (destination: DeployedDestination): PolicyDocument => destinationPolicy(destination);
