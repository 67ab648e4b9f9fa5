import { z } from 'zod';
import { DIALECT_NAMES, dialectNamed } from '../dialects/index.ts';
import { bucketPolicy, type PolicyDocument } from './bucket-policy.ts';
import { TrustedPrefix } from './trusted.ts';

const roleArns = z.array(z.string().startsWith('arn:'));

/**
 * Everything needed to build the gate of one watched bucket: part of the stack's output `…Deployed…`, which the CLI
 * reads.
 */
export const DeployedGate = z.strictObject({
  bucketName: z.string(),
  bucketArn: z.string(),
  readerRoleArns: roleArns,
  taggerRoleArns: roleArns,
  dialect: z.enum(DIALECT_NAMES),
  tagKey: z.string().optional(),
  /** CloudFormation writes it as text. A stack of an earlier version has annotations in its gate. */
  annotations: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(true),
  trusted: z.array(TrustedPrefix).optional(),
});
export type DeployedGate = z.infer<typeof DeployedGate>;

export function policyOf({ dialect, tagKey, ...gate }: DeployedGate): PolicyDocument {
  return bucketPolicy({ ...gate, dialect: dialectNamed(dialect, tagKey) });
}
