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
  readonly workers: {
    readonly ScanObject: ScannerFunction;
    readonly ScanLargeObject: ScannerFunction;
    readonly FailAbandonedScan: TaskFunction;
  };
}

/** Objects of a batch share an engine: four at once use its processors best, and all of them finish in time. */
const BATCH_SIZE = 4;
/** Lambda's least. */
const FEWEST_ENGINES = 2;

/** Where the scans of uploads wait for engines: one queue for most objects, one for large ones. */
export class ScanQueues extends Construct {
  readonly scanObject: ScanQueue;
  readonly scanLargeObject: ScanQueue;
  /** Scans that no worker finished: their executions are failed, and what is left here could not be. */
  readonly abandoned: DeadLetterQueue;
  readonly #workers: ScanQueuesProps['workers'];

  constructor(scope: Construct, id: string, { config: { engine, workflow }, workers }: ScanQueuesProps) {
    super(scope, id);
    const { ScanObject, ScanLargeObject, FailAbandonedScan } = workers;
    this.#workers = workers;
    this.abandoned = new DeadLetterQueue(this, 'AbandonedScans', { visibilityTimeout: Duration.minutes(6) });
    workOff(this.abandoned, FailAbandonedScan);
    const { abandoned } = this;
    const { reservedConcurrency, largeConcurrency } = engine;
    this.scanObject = new ScanQueue(this, 'ScanObjectQueue', {
      worker: ScanObject,
      batchSize: BATCH_SIZE,
      // The other half is for direct calls: a queue that takes all engines would send every upload to the queue.
      engines:
        workflow === 'EXPRESS' && reservedConcurrency !== null
          ? Math.max(FEWEST_ENGINES, Math.floor(reservedConcurrency / 2))
          : reservedConcurrency,
      shared: workflow === 'EXPRESS' || reservedConcurrency === null,
      abandoned,
    });
    this.scanLargeObject = new ScanQueue(this, 'ScanLargeObjectQueue', {
      worker: ScanLargeObject,
      batchSize: 1,
      engines: largeConcurrency,
      shared: largeConcurrency === null,
      abandoned,
    });
  }

  /**
   * Lets the state machine send, the workers receive and answer, and nobody else: a message holds the token of an
   * execution, which takes its verdict from whoever has it.
   */
  serve(machine: StateMachine): void {
    const { ScanObject, ScanLargeObject, FailAbandonedScan } = this.#workers;
    for (const [queue, worker] of [
      [this.scanObject, ScanObject],
      [this.scanLargeObject, ScanLargeObject],
    ] as const) {
      queue.grant(machine, 'sqs:SendMessage');
      queue.admitOnly({ roleArns: [machine.role.roleArn], readerRoleArns: [worker.role.roleArn] });
      answerFor(machine, worker, 'states:SendTaskSuccess', 'states:SendTaskFailure');
    }
    this.abandoned.admitOnly({ readerRoleArns: [FailAbandonedScan.role.roleArn] });
    answerFor(machine, FailAbandonedScan, 'states:SendTaskFailure');
  }
}

function answerFor({ stateMachineArn }: StateMachine, { role }: PipelineFunction, ...actions: string[]): void {
  role.addToPolicy(new PolicyStatement({ actions, resources: [stateMachineArn] }));
}
