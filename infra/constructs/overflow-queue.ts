import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ClosedQueue } from './closed-queue.ts';
import type { TaskFunction } from './functions/task-function.ts';
import { workOff } from './work-off.ts';

export interface OverflowQueueProps {
  readonly worker: TaskFunction;
  /** Whose executions the worker starts. */
  readonly overflow: IStateMachine;
  /** Gets what could not be started for hours. */
  readonly undelivered: IQueue;
}

/** Time limit of the worker, seconds. */
export const START_SECONDS = 30;
/** Two workers start about as many executions in a second as Step Functions allows: 300. */
const WORKERS = 2;
const BATCH_SIZE = 10;
/** At six times the worker's limit each: five hours. */
const MAX_RECEIVE_COUNT = 100;

/**
 * Where EXPRESS executions hand over what finds no engine. Step Functions starts 20 times as many of them in a second
 * as of STANDARD ones, and an EXPRESS execution cannot wait for its turn.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export class OverflowQueue extends ClosedQueue {
  constructor(scope: Construct, id: string, { worker, overflow, undelivered }: OverflowQueueProps) {
    super(scope, id, {
      visibilityTimeout: Duration.seconds(6 * START_SECONDS),
      deadLetterQueue: { queue: undelivered, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    worker.addEnvironment('STATE_MACHINE_ARN', overflow.stateMachineArn);
    overflow.grantStartExecution(worker);
    workOff(this, worker, { batchSize: BATCH_SIZE, maxConcurrency: WORKERS });
  }

  /** Lets the state machine send, and nobody else. */
  serve(machine: StateMachine): void {
    this.grant(machine, 'sqs:SendMessage');
    this.admitOnly({ roleArns: [machine.role.roleArn] });
  }
}
