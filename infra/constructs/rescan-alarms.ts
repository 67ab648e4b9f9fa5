import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, RESCAN_METRICS } from '../../functions/domain/rescan/metrics.ts';

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
const day = Duration.days(1);

/** Everything that keeps a bucket from being rescanned wakes somebody. */
export class RescanAlarms extends Construct {
  private readonly topic: ITopic;

  constructor(scope: Construct, id: string, { topic, stateMachine, deadLetterQueue, buckets }: RescanAlarmsProps) {
    super(scope, id);
    this.topic = topic;
    const few = 'Rescans failed: see the execution’s cause. What they covered is covered by the next run again.';
    this.whenAny('RescansFailed', stateMachine.metricFailed({ period }), few);
    this.whenAny('RescansTimedOut', stateMachine.metricTimedOut({ period }), 'Rescans ran out of time.');
    this.whenAny('RescansAborted', stateMachine.metricAborted({ period }), 'Rescans were stopped by hand.');
    this.whenAny(
      'RescansUndelivered',
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      'Rescans lie in the dead-letter queue: their schedule could not start them.',
    );
    for (const [word, { name, lateAfterDays }] of Object.entries(buckets)) {
      const metric = (metricName: string, metricPeriod: Duration) =>
        new Metric({
          namespace: METRICS_NAMESPACE,
          metricName,
          dimensionsMap: { service: 's3-airlock', Bucket: name },
          statistic: 'Sum',
          period: metricPeriod,
        });
      this.whenAny(
        `RescanFailures-${word}`,
        metric(RESCAN_METRICS.failures, period),
        'A rescan could not scan some objects; few enough to be tolerated, they keep their earlier verdict.',
      );
      if (lateAfterDays !== null) this.whenNone(word, metric(RESCAN_METRICS.completed, day), lateAfterDays);
    }
  }

  private whenAny(id: string, metric: IMetric, alarmDescription: string): void {
    new Alarm(this, id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }

  private whenNone(word: string, metric: IMetric, days: number): void {
    new Alarm(this, `RescanLate-${word}`, {
      metric,
      alarmDescription: `No rescan of the bucket has succeeded for ${days} days.`,
      threshold: 1,
      evaluationPeriods: days,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
