import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { AlarmSet } from './alarm-set.ts';

export interface RescanAlarmsProps {
  readonly topic: ITopic;
  readonly stateMachine: IStateMachine;
  readonly deadLetterQueue: IQueue;
}

const period = Duration.minutes(5);

/** Alarms on everything that prevents rescans; those of one bucket are in bucket-alarms.ts. */
export class RescanAlarms extends AlarmSet {
  constructor(scope: Construct, id: string, { topic, stateMachine, deadLetterQueue }: RescanAlarmsProps) {
    super(scope, id, topic);
    const few = 'Rescans failed: see the cause of the execution. The next run covers the same window again.';
    this.whenAny('RescansFailed', stateMachine.metricFailed({ period }), few);
    this.whenAny('RescansTimedOut', stateMachine.metricTimedOut({ period }), 'Rescans ran out of time.');
    this.whenAny('RescansAborted', stateMachine.metricAborted({ period }), 'Rescans were stopped by hand.');
    this.whenAny(
      'RescansUndelivered',
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      'Rescans are in the dead-letter queue: their schedule could not start them.',
    );
  }
}
