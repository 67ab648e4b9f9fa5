import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { ESBUILD_OPTIONS } from '../../esbuild-options.ts';
import { ROOT } from '../../repository-root.ts';
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
export class TaskFunction extends NodejsFunction implements PipelineFunction {
  override readonly role: Role;
  readonly entry: string;
  readonly access: BucketAccess;

  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    const common = commonFunctionProps(scope, id, props);
    const entry = handlerEntry(id);
    super(scope, id, {
      ...common,
      entry: join(ROOT, entry),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds ?? 60),
      bundling: {
        ...ESBUILD_OPTIONS,
        format: OutputFormat.ESM,
        mainFields: [...ESBUILD_OPTIONS.mainFields],
        // The SDK that was tested, not the one that the runtime has.
        externalModules: [...ESBUILD_OPTIONS.external],
      },
    });
    this.role = common.role;
    this.entry = entry;
    this.access = props;
  }
}
