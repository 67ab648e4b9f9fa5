import { basename } from 'node:path';
import { Duration, IgnoreMode, Size } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, DockerImageCode, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ROOT } from '../../repository-root.ts';
import {
  type BucketAccess,
  commonFunctionProps,
  handlerEntry,
  type PipelineFunction,
  type PipelineFunctionProps,
} from './pipeline-function.ts';

export interface ScannerFunctionProps extends PipelineFunctionProps {
  readonly ephemeralStorageMb: number;
  readonly timeoutSeconds: number;
  /** null: no cap of its own. */
  readonly reservedConcurrency: number | null;
}

/** What goes into the image and nothing else, so that its hash changes with these only; .dockerignore syntax. */
export const IMAGE_CONTEXT = [
  '*',
  '!package.json',
  '!package-lock.json',
  '!.npmrc',
  '!functions',
  '!infra',
  'infra/*',
  '!infra/esbuild-options.ts',
  '!infra/scanner',
];

/** A function in the container image, beside ClamAV. */
export class ScannerFunction extends DockerImageFunction implements PipelineFunction {
  override readonly role: Role;
  readonly entry: string;
  readonly access: BucketAccess;

  constructor(scope: Construct, id: string, props: ScannerFunctionProps) {
    const common = commonFunctionProps(scope, id, props);
    const entry = handlerEntry(id);
    super(scope, id, {
      ...common,
      code: DockerImageCode.fromImageAsset(ROOT, {
        file: 'infra/scanner/Dockerfile',
        // One image for every function in it; each names its handler.
        cmd: [`${basename(entry, '.ts')}.handler`],
        exclude: IMAGE_CONTEXT,
        ignoreMode: IgnoreMode.DOCKER,
        platform: Platform.LINUX_AMD64,
      }),
      // Not arm64, cheaper as it is: Docker on an x86 Linux machine builds it only with emulation installed.
      architecture: Architecture.X86_64,
      ephemeralStorageSize: Size.mebibytes(props.ephemeralStorageMb),
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(props.reservedConcurrency !== null && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    this.role = common.role;
    this.entry = entry;
    this.access = props;
  }
}
