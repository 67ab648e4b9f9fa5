import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** What a function may do to every watched bucket. */
export interface BucketAccess {
  /** S3 actions on its objects. */
  readonly objectActions: readonly string[];
  /** S3 actions on the bucket itself, beside listing. */
  readonly bucketActions?: readonly string[];
  /** Whether it reads content, for which SSE-KMS objects need their key. */
  readonly readsContent: boolean;
}

export interface PipelineFunctionProps extends BucketAccess {
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetentionDays: RetentionDays;
}

/** A Task of the state machines: a function under its name, and what it may do to objects. */
export interface PipelineFunction extends IFunction {
  readonly role: Role;
  /** Handler file, from the root of the repository. */
  readonly entry: string;
  readonly access: BucketAccess;
}

/** `TagObject` -> `functions/handlers/tag-object.ts` */
export function handlerEntry(taskName: string): string {
  const kebab = taskName.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase();
  return `functions/handlers/${kebab}.ts`;
}

/** What every function of the pipeline is made with, whatever it is packed in. */
export function commonFunctionProps(
  scope: Construct,
  taskName: string,
  { memoryMb, environment, logRetentionDays }: PipelineFunctionProps,
) {
  return {
    ...logsAndRole(scope, taskName, logRetentionDays),
    memorySize: memoryMb,
    environment: { ...COMMON_ENVIRONMENT, ...environment },
  };
}

/**
 * A log group that ends, and a role that may write to it and nothing else: Lambda's managed
 * policy would let each function write, and create, every log group of the account.
 */
function logsAndRole(scope: Construct, taskName: string, logRetentionDays: RetentionDays) {
  const logGroup = new LogGroup(scope, `${taskName}Logs`, {
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${taskName}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  return { logGroup, role };
}

/** Metrics and log lines carry the stack's name as their `service`: two stacks in one account and region are told apart by it. */
export const COMMON_ENVIRONMENT = { POWERTOOLS_SERVICE_NAME: Aws.STACK_NAME, POWERTOOLS_LOG_LEVEL: 'INFO' } as const;
