import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Duration, IgnoreMode, Size } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, DockerImageCode, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AirlockConfig } from '../../config/schema.ts';
import { IMAGE_ROOT } from '../../repository-root.ts';
import { warnWhenNotPinned } from '../../supply-chain/pin-warning.ts';
import {
  type BucketAccess,
  commonFunctionProps,
  handlerEntry,
  type PipelineFunction,
  type PipelineFunctionProps,
} from './pipeline-function.ts';

export interface ScannerFunctionProps extends PipelineFunctionProps {
  readonly architecture: 'x86_64' | 'arm64';
  readonly ephemeralStorageMb: number;
  readonly timeoutSeconds: number;
  /** null: no reserved concurrency. */
  readonly reservedConcurrency: number | null;
}

const DOCKERFILE = 'infra/scanner/Dockerfile';

/** Only the files of the image, so that its hash changes only with them; .dockerignore syntax. */
export const IMAGE_CONTEXT = [
  '*',
  '!package.json',
  '!package-lock.json',
  '!functions',
  '!infra',
  'infra/*',
  '!infra/esbuild-options.ts',
  '!infra/scanner',
];

/** How contents are unpacked and scanned, the same for uploads and rescans. */
export const contentEnvironment = ({ engine, archives }: Pick<AirlockConfig, 'engine' | 'archives'>) => ({
  SCAN_MILLISECONDS: String(engine.scanSeconds * 1000),
  SCAN_MILLISECONDS_PER_MB: String(Math.round(engine.scanSecondsPerMb * 1000)),
  RAR: archives.rar,
});

/** A function in the container image with ClamAV. */
export class ScannerFunction extends DockerImageFunction implements PipelineFunction {
  override readonly role: Role;
  readonly entry: string;
  readonly access: BucketAccess;

  constructor(scope: Construct, id: string, props: ScannerFunctionProps) {
    const common = commonFunctionProps(scope, id, props);
    const entry = handlerEntry(id);
    const arm = props.architecture === 'arm64';
    super(scope, id, {
      ...common,
      code: DockerImageCode.fromImageAsset(IMAGE_ROOT, {
        file: DOCKERFILE,
        // One image for all functions; each names its handler.
        cmd: [`${basename(entry, '.ts')}.handler`],
        exclude: IMAGE_CONTEXT,
        ignoreMode: IgnoreMode.DOCKER,
        platform: arm ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
      }),
      architecture: arm ? Architecture.ARM_64 : Architecture.X86_64,
      ephemeralStorageSize: Size.mebibytes(props.ephemeralStorageMb),
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(props.reservedConcurrency !== null && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    warnWhenNotPinned(this, readFileSync(join(IMAGE_ROOT, DOCKERFILE), 'utf8'));
    this.role = common.role;
    this.entry = entry;
    this.access = props;
  }
}
