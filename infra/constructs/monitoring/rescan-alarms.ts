import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { airlockMetric } from './airlock-metric.ts';
import { AlarmSet } from './alarm-set.ts';

export interface RescannedBucket {
  readonly name: string;
  /** null: only rescanned by hand, or never late. */
  readonly lateAfterDays: number | null;
}

export interface RescanAlarmsProps {
  readonly topic: ITopic;
  readonly stateMachine: IStateMachine;
  readonly deadLetterQueue: IQueue;
  /** By the bucket's word. */
  readonly buckets: Readonly<Record<string, RescannedBucket>>;
}

const period = Duration.minutes(5);
const hour = Duration.hours(1);

/** Alarms on everything that prevents the rescan of a bucket. */
export class RescanAlarms extends AlarmSet {
  constructor(scope: Construct, id: string, { topic, stateMachine, deadLetterQueue, buckets }: RescanAlarmsProps) {
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
    for (const [word, { name, lateAfterDays }] of Object.entries(buckets)) {
      const dimensions = { Bucket: name };
      this.whenAny(
        `RescanFailures-${word}`,
        airlockMetric(this, 'RescanFailed', { dimensions, statistic: 'Sum', period }),
        'A rescan could not scan some objects. They keep their earlier verdict.',
      );
      if (lateAfterDays === null) continue;
      this.whenNone(
        `RescanLate-${word}`,
        airlockMetric(this, 'RescanCompleted', { dimensions, statistic: 'Sum', period: hour }),
        lateAfterDays,
        `No scheduled rescan of the bucket has succeeded for ${lateAfterDays} days; those by hand do not count.`,
      );
    }
  }
}
