import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  MAX_PERMISSIONS_BOUNDARY_CHARACTERS,
  MAX_SERVICE_CONTROL_POLICY_CHARACTERS,
  permissionsBoundary,
  serviceControlPolicy,
} from '../../functions/domain/gate/guard.ts';
import { describeStack } from './deployed-stack.ts';

export interface WantedGuard {
  /** A permissions boundary instead of a service control policy. */
  readonly boundary: boolean;
  /** Names or ARNs. */
  readonly stacks: readonly string[];
  readonly operatorRoleArns: readonly string[];
}

/** No wildcard, which would let in more than one role. */
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/**
 * The policy as JSON without white space, which counts.
 * @throws Error for an operator that is no role, or when the policy is larger than AWS accepts; and as `describeStack`
 * and its `guard`
 */
export async function printableGuard(client: CloudFormationClient, wanted: WantedGuard): Promise<string> {
  const { boundary, stacks, operatorRoleArns } = wanted;
  const odd = operatorRoleArns.find((arn) => !ROLE.test(arn));
  if (odd !== undefined) throw new Error(`--operator ${odd} is not the ARN of a role`);
  const guards = await Promise.all(stacks.map(async (name) => (await describeStack(client, name)).guard()));
  const [policyOf, limit] = boundary
    ? [permissionsBoundary, MAX_PERMISSIONS_BOUNDARY_CHARACTERS]
    : [serviceControlPolicy, MAX_SERVICE_CONTROL_POLICY_CHARACTERS];
  const text = JSON.stringify(policyOf(guards, operatorRoleArns));
  if (text.length > limit) throw new Error(`the policy has ${text.length} characters; AWS accepts ${limit}`);
  return text;
}
