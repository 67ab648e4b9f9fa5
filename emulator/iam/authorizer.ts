import type { LocalStack } from '../cloudformation/template.ts';
import type { AuthorizationRequest, Authorize, Decision } from '../s3/authorization.ts';
import { S3Error } from '../s3/errors.ts';
import { type Answer, PolicyEngine, type Question } from './policy-engine.ts';
import { accessKeyIdOf, type Principal, rolesOf } from './principals.ts';

export interface AuthorizerProps {
  readonly stack: LocalStack;
  /** Users beside the stack's roles. */
  readonly people: readonly Principal[];
}

export interface Authorizer {
  /** For the S3 server: the caller's own policies and the bucket's. */
  readonly s3: Authorize;
  /** By access key id. */
  principal(accessKeyId: string): Principal | undefined;
  /** By ARN; a principal that the stack does not have may do nothing. */
  role(arn: string): Principal;
  decide(question: Question): Promise<Answer>;
  /** Decides now for an answer that is given later; recorded only if it is given. */
  prepare(question: Question): Promise<() => Answer>;
  /** Every distinct answer so far. */
  answers(): readonly Answer[];
}

/** IAM for the whole emulator: the template's roles and resource policies, and the users. */
export function createAuthorizer({ stack, people }: AuthorizerProps): Authorizer {
  const engine = new PolicyEngine();
  const principals = new Map<string, Principal>();
  for (const principal of [...rolesOf(stack), ...people]) principals.set(accessKeyIdOf(principal.arn), principal);

  async function s3(request: AuthorizationRequest): Promise<Decision> {
    const { accessKeyId, action, resource, context, bucketPolicy } = request;
    const principal = accessKeyId === undefined ? undefined : principals.get(accessKeyId);
    if (accessKeyId !== undefined && principal === undefined) {
      throw new S3Error(
        403,
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        { details: { AWSAccessKeyId: accessKeyId } },
      );
    }
    const resourcePolicy = bucketPolicy === undefined ? undefined : { name: 'bucket policy', document: bucketPolicy };
    const { allowed, reason } = await engine.decide({ principal, action, resource, context, resourcePolicy });
    return allowed ? { allowed } : { allowed, reason };
  }

  return {
    s3,
    principal: (accessKeyId) => principals.get(accessKeyId),
    role: (arn) => principals.get(accessKeyIdOf(arn)) ?? { arn, policies: [] },
    decide: (question) => engine.decide(question),
    prepare: (question) => engine.prepare(question),
    answers: () => engine.answers(),
  };
}
