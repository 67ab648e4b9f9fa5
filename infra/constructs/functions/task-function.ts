import { basename, join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { BUNDLES, IS_PACKAGE } from '../../repository-root.ts';
import { HandlerCode } from './handler-code.ts';
import {
  type BucketAccess,
  commonFunctionProps,
  handlerEntry,
  type PipelineFunction,
  type PipelineFunctionProps,
} from './pipeline-function.ts';

export interface TaskFunctionProps extends PipelineFunctionProps {
  /** Less than the state's TimeoutSeconds, so that Lambda reports and logs a hang; default: 60. */
  readonly timeoutSeconds?: number;
}

/** A Task in plain Node; its id is its name, which determines its handler file. */
export class TaskFunction extends LambdaFunction implements PipelineFunction {
  override readonly role: Role;
  readonly entry: string;
  readonly access: BucketAccess;

  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    const common = commonFunctionProps(scope, id, props);
    const entry = handlerEntry(id);
    super(scope, id, {
      ...common,
      code: codeOf(entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds ?? 60),
    });
    this.role = common.role;
    this.entry = entry;
    this.access = props;
  }
}

/** Whoever installs the package needs no esbuild for it. */
const codeOf = (entry: string): Code =>
  IS_PACKAGE ? Code.fromAsset(join(BUNDLES, basename(entry, '.ts'))) : new HandlerCode(entry);
