import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { serviceOf } from '../service-name.ts';

/** What a function may do to every watched bucket. */
export interface BucketAccess {
  /** S3 actions on its objects. */
  readonly objectActions: readonly string[];
  /** S3 actions on the bucket itself, beside listing. */
  readonly bucketActions?: readonly string[];
  /** Whether it reads content, which needs the key of SSE-KMS objects. */
  readonly readsContent: boolean;
}

export interface PipelineFunctionProps extends BucketAccess {
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetentionDays: RetentionDays;
}

/** A Task of the state machines: a function with the same name, and its permissions on objects. */
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

/** Common settings of all functions of the pipeline, however they are packaged. */
export function commonFunctionProps(
  scope: Construct,
  taskName: string,
  { memoryMb, environment, logRetentionDays }: PipelineFunctionProps,
) {
  return {
    ...logsAndRole(scope, taskName, logRetentionDays),
    memorySize: memoryMb,
    environment: { ...environmentOfAll(scope), ...environment },
  };
}

/**
 * A log group with a retention period, and a role that may write only to it: Lambda's managed policy would let each
 * function create and write every log group of the account.
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

const environmentOfAll = (scope: Construct) => ({
  POWERTOOLS_SERVICE_NAME: serviceOf(scope),
  POWERTOOLS_LOG_LEVEL: 'INFO',
});
