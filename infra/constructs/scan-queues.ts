import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AirlockConfig } from '../config/schema.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { PipelineFunction } from './functions/pipeline-function.ts';
import type { ScannerFunction } from './functions/scanner-function.ts';
import type { TaskFunction } from './functions/task-function.ts';
import { ScanQueue } from './scan-queue.ts';
import { workOff } from './work-off.ts';

export interface ScanQueuesProps {
  readonly config: Pick<AirlockConfig, 'engine' | 'workflow'>;
  /** By queue. */
  readonly workers: {
    readonly scanObject: ScannerFunction;
    readonly scanLargeObject: ScannerFunction;
    readonly abandoned: TaskFunction;
  };
}

/** Objects of a batch share an engine: four at once use its processors best, and all of them finish in time. */
const BATCH_SIZE = 4;

/** Where the scans of uploads wait for engines: one queue for most objects, one for large ones. */
export class ScanQueues extends Construct {
  readonly scanObject: ScanQueue;
  readonly scanLargeObject: ScanQueue;
  /** Scans that no worker finished: their executions are failed, and what is left here could not be. */
  readonly abandoned: DeadLetterQueue;
  readonly #workers: ScanQueuesProps['workers'];

  constructor(scope: Construct, id: string, { config: { engine, workflow }, workers }: ScanQueuesProps) {
    super(scope, id);
    this.#workers = workers;
    this.abandoned = new DeadLetterQueue(this, 'AbandonedScans', { visibilityTimeout: Duration.minutes(6) });
    workOff(this.abandoned, workers.abandoned);
    const { abandoned } = this;
    this.scanObject = new ScanQueue(this, 'ScanObjectQueue', {
      worker: workers.scanObject,
      batchSize: BATCH_SIZE,
      // Under EXPRESS the others are for direct calls.
      engines: workflow === 'EXPRESS' ? engine.overflowConcurrency : engine.reservedConcurrency,
      abandoned,
    });
    this.scanLargeObject = new ScanQueue(this, 'ScanLargeObjectQueue', {
      worker: workers.scanLargeObject,
      batchSize: 1,
      engines: engine.largeConcurrency,
      abandoned,
    });
  }

  /**
   * Lets the state machine send, the workers receive and answer, and nobody else: a message holds the token of an
   * execution, which takes its verdict from whoever has it.
   */
  serve(machine: StateMachine): void {
    const workers = this.#workers;
    for (const [queue, worker] of [
      [this.scanObject, workers.scanObject],
      [this.scanLargeObject, workers.scanLargeObject],
    ] as const) {
      queue.grant(machine, 'sqs:SendMessage');
      queue.admitOnly({ roleArns: [machine.role.roleArn], readerRoleArns: [worker.role.roleArn] });
      answerFor(machine, worker, 'states:SendTaskSuccess', 'states:SendTaskFailure');
    }
    this.abandoned.admitOnly({ readerRoleArns: [workers.abandoned.role.roleArn] });
    answerFor(machine, workers.abandoned, 'states:SendTaskFailure');
  }
}

function answerFor({ stateMachineArn }: StateMachine, { role }: PipelineFunction, ...actions: string[]): void {
  role.addToPolicy(new PolicyStatement({ actions, resources: [stateMachineArn] }));
}
