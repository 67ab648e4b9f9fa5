import {
  createValidatedPolicy,
  type ValidatedPolicy,
  validateIdentityPolicy,
  validateResourcePolicy,
} from '@cloud-copilot/iam-policy';

interface Statement {
  readonly Resource?: string | readonly string[];
  readonly NotResource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A validated policy, and which parts of a request it depends on. */
export interface Policy {
  readonly id: number;
  readonly document: ValidatedPolicy<{ name: string }>;
  /** Lower case; undefined when policy variables may use any key. */
  readonly conditionKeys: ReadonlySet<string> | undefined;
  /** Whether it treats all objects of a bucket alike. */
  readonly knowsNoKeys: boolean;
}

/** A bucket, all objects of a bucket, everything, or nothing in S3. */
const WITHOUT_KEY = /^(\*|arn:[^:]+:s3:::[^/]*(\/\*)?|arn:[^:]+:(?!s3:).*)$/;

let policies = 0;

/** @throws Error with the reasons why IAM would refuse the policy */
export function parsePolicy(name: string, document: object, kind: 'identity' | 'resource'): Policy {
  const validate = kind === 'identity' ? validateIdentityPolicy : validateResourcePolicy;
  const validated = createValidatedPolicy(document, validate, { name });
  if (validated.errors.length > 0) throw new Error(`policy ${name}: ${JSON.stringify(validated.errors)}`);
  const statements = [(document as { Statement: Statement | Statement[] }).Statement].flat();
  const conditions = statements.flatMap(({ Condition = {} }) => Object.values(Condition));
  const hasVariables = JSON.stringify(document).includes('${');
  return {
    id: policies++,
    document: validated,
    conditionKeys: hasVariables
      ? undefined
      : new Set(conditions.flatMap((condition) => Object.keys(condition).map((key) => key.toLowerCase()))),
    knowsNoKeys:
      !hasVariables &&
      statements.every(
        ({ Resource = '*', NotResource }) =>
          NotResource === undefined && [Resource].flat().every((pattern) => WITHOUT_KEY.test(pattern)),
      ),
  };
}
