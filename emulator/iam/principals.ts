import type { LocalStack } from '../cloudformation/template.ts';

export interface NamedPolicy {
  readonly name: string;
  readonly document: object;
}

/** A user or a role with its policies. */
export interface Principal {
  readonly arn: string;
  readonly policies: readonly NamedPolicy[];
}

/**
 * Every role of the stack with its inline policies and the managed ones of the stack. Those of AWS grant nothing here:
 * they are not in the template.
 */
export function rolesOf(stack: LocalStack): Principal[] {
  const attached = [...stack.ofType('AWS::IAM::Policy'), ...stack.ofType('AWS::IAM::ManagedPolicy')];
  return stack.ofType('AWS::IAM::Role').map(({ ref, arn, properties }) => ({
    arn,
    policies: [
      ...((properties.Policies ?? []) as { PolicyName: string; PolicyDocument: object }[]),
      ...attached
        .map(({ logicalId, properties }) => ({ PolicyName: logicalId, ...(properties as AttachedPolicy) }))
        .filter(({ Roles = [] }) => Roles.includes(ref)),
    ].map(({ PolicyName, PolicyDocument }) => ({ name: PolicyName, document: PolicyDocument })),
  }));
}

interface AttachedPolicy {
  readonly PolicyName?: string;
  readonly PolicyDocument: object;
  readonly Roles?: readonly string[];
}

const ROLE = /^(arn:[^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/;

/** The principal of a request: a role acts through a session, and IAM conditions see both. */
export function callerOf({ arn }: Principal): { readonly arn: string; readonly context: Record<string, string> } {
  const [, partition, account, name] = ROLE.exec(arn) ?? [];
  const context = { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': arn.split(':')[4] ?? '' };
  if (partition === undefined) {
    return { arn, context: { ...context, 'aws:PrincipalType': 'User', 'aws:username': arn.split('/').at(-1) ?? '' } };
  }
  return {
    arn: `${partition}:sts::${account}:assumed-role/${name}/local`,
    context: { ...context, 'aws:PrincipalType': 'AssumedRole' },
  };
}

/**
 * A principal's credentials for an SDK: the access key is its ARN without the characters that would break a
 * credential scope.
 */
export function credentialsOf(principalArn: string): {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
} {
  return { AWS_ACCESS_KEY_ID: accessKeyIdOf(principalArn), AWS_SECRET_ACCESS_KEY: 'local' };
}

export function accessKeyIdOf(principalArn: string): string {
  return principalArn.split('/').at(-1) ?? principalArn;
}
