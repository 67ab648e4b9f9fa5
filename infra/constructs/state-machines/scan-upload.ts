import { Aws } from 'aws-cdk-lib';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import type { OverflowQueue } from '../overflow-queue.ts';
import type { ScanQueues } from '../scan-queues.ts';
import { AslStateMachine, type ExecutionRecords } from './asl-state-machine.ts';

interface Common {
  /** By Task name: those that the state machine calls. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly records: ExecutionRecords;
}

export interface ScanUploadProps extends Common {
  readonly queues: ScanQueues;
}

export interface ScanUploadExpressProps extends Common {
  /** Takes what finds no engine at once. */
  readonly overflow: OverflowQueue;
}

/** The state machine that processes every upload; scans wait in queues. */
export class ScanUpload extends AslStateMachine {
  constructor(scope: Construct, id: string, { queues, ...props }: ScanUploadProps) {
    super(scope, id, {
      ...props,
      definition: 'statemachines/scan-upload.asl.json',
      type: StateMachineType.STANDARD,
      substitutions: {
        Partition: Aws.PARTITION,
        ScanObjectQueueUrl: queues.scanObject.queueUrl,
        ScanLargeObjectQueueUrl: queues.scanLargeObject.queueUrl,
      },
    });
    queues.serve(this.machine);
  }
}

/** The same for workflow EXPRESS, which cannot wait. */
export class ScanUploadExpress extends AslStateMachine {
  constructor(scope: Construct, id: string, { overflow, ...props }: ScanUploadExpressProps) {
    super(scope, id, {
      ...props,
      definition: 'statemachines/scan-upload-express.asl.json',
      type: StateMachineType.EXPRESS,
      substitutions: { Partition: Aws.PARTITION, StartOverflowQueueUrl: overflow.queueUrl },
    });
    overflow.serve(this.machine);
  }
}
