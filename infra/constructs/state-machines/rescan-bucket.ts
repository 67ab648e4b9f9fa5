import { Lazy } from 'aws-cdk-lib';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { WatchedBuckets } from '../../../functions/domain/rescan/watched-buckets.ts';
import { BucketMap, type BucketMapProps } from './bucket-map.ts';
import { inAsl } from './in-asl.ts';

export interface RescanBucketProps extends Pick<BucketMapProps, 'tasks' | 'results' | 'records'> {
  /** Scans content that was replaced during the rescan. */
  readonly scanUpload: IStateMachine;
}

/** The state machine that rescans whole buckets. */
export class RescanBucket extends BucketMap {
  #watched: WatchedBuckets = [];

  constructor(scope: Construct, id: string, { scanUpload, ...props }: RescanBucketProps) {
    super(scope, id, {
      ...props,
      definition: 'statemachines/rescan-bucket.asl.json',
      folder: 'runs',
      substitutions: {
        ScanUploadArn: scanUpload.stateMachineArn,
        WatchedBuckets: Lazy.string({ produce: () => inAsl(this.#watched) }),
      },
    });
    scanUpload.grantStartExecution(this.machine);
  }

  /** Says what it may rescan, and how. In its definition, which may have 1 MB: an environment has 4 KB. */
  watches(watched: WatchedBuckets): void {
    this.#watched = watched;
  }
}
