import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { BucketMap, type BucketMapProps } from './bucket-map.ts';

export interface RescanBucketProps extends Pick<BucketMapProps, 'tasks' | 'results' | 'records'> {
  /** Scans content that was replaced during the rescan. */
  readonly scanUpload: IStateMachine;
}

/** The state machine that rescans whole buckets. */
export class RescanBucket extends BucketMap {
  constructor(scope: Construct, id: string, { scanUpload, ...props }: RescanBucketProps) {
    super(scope, id, {
      ...props,
      definition: 'statemachines/rescan-bucket.asl.json',
      folder: 'runs',
      substitutions: { ScanUploadArn: scanUpload.stateMachineArn },
    });
    scanUpload.grantStartExecution(this.machine);
  }
}
