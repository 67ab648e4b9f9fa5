import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ScanQueues } from '../scan-queues.ts';
import { airlockMetric } from './airlock-metric.ts';
import { AlarmSet } from './alarm-set.ts';

export interface UploadAlarmsProps {
  readonly topic: ITopic;
  /** By the word that their alarms begin with. */
  readonly stateMachines: Readonly<Record<string, IStateMachine>>;
  readonly queues: ScanQueues;
  /** Of workflow EXPRESS. */
  readonly overflow?: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly requests?: { readonly queue: IQueue; readonly refused: IQueue };
  /** The topic of notifications. */
  readonly notifications: ITopic;
}

const period = Duration.minutes(5);

/** Alarms on everything that prevents a verdict or its notification. */
export class UploadAlarms extends AlarmSet {
  constructor(scope: Construct, id: string, props: UploadAlarmsProps) {
    super(scope, id, props.topic);
    for (const [word, stateMachine] of Object.entries(props.stateMachines)) this.ofExecutions(word, stateMachine);
    this.ofQueues(props.queues);
    if (props.overflow !== undefined) this.ofOverflow(props.overflow);
    if (props.requests !== undefined) this.ofRequests(props.requests);
    this.whenAny(
      'UploadsUndelivered',
      props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      'Uploads are in the dead-letter queue: no execution was started for them.',
    );
    this.whenAny(
      'NotificationsUndelivered',
      new Metric({
        namespace: 'AWS/SNS',
        metricName: 'NumberOfNotificationsFailed',
        dimensionsMap: { TopicName: props.notifications.topicName },
        statistic: 'Sum',
        period,
      }),
      'SNS could not deliver to a subscriber of the notifications topic: it has missed verdicts.',
    );
  }

  private ofExecutions(word: string, stateMachine: IStateMachine): void {
    this.whenAny(
      `${word}Failed`,
      stateMachine.metricFailed({ period }),
      'Executions failed: objects are tagged ERROR, or nobody was notified of their verdict.',
    );
    this.whenAny(
      `${word}TimedOut`,
      stateMachine.metricTimedOut({ period }),
      'Executions timed out: their objects have no verdict.',
    );
    this.whenAny(
      `${word}Aborted`,
      stateMachine.metricAborted({ period }),
      'Executions were stopped by hand: their objects have no verdict.',
    );
    this.whenAny(
      `${word}Throttled`,
      stateMachine.metricThrottled({ period }),
      'Step Functions throttles executions: verdicts are late.',
    );
  }

  private ofOverflow(queue: IQueue): void {
    this.whenLasting(
      'OverflowsWait',
      queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      { threshold: 3600, periods: 3 },
      'Uploads that found no engine wait for more than an hour for an execution: verdicts are late.',
    );
  }

  private ofRequests({ queue, refused }: NonNullable<UploadAlarmsProps['requests']>): void {
    this.whenAny(
      'RequestsRefused',
      refused.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      'Requests of scans could not be carried out: each says why, in the dead-letter queue.',
    );
    this.whenLasting(
      'RequestsWait',
      queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      { threshold: 3600, periods: 3 },
      'Requests of scans wait for more than an hour for their executions.',
    );
  }

  private ofQueues({ scanObject, scanLargeObject, abandoned }: ScanQueues): void {
    for (const [word, queue] of Object.entries({ Scans: scanObject, LargeScans: scanLargeObject })) {
      this.whenLasting(
        `${word}Wait`,
        queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
        { threshold: 3600, periods: 3 },
        'Uploads wait for an engine for more than an hour: verdicts are late.',
      );
    }
    this.whenLasting(
      'ScansFailing',
      new MathExpression({
        // Single faults are retried; three within five minutes are a pattern. Of zeros and ones, the average is a share.
        expression: 'IF(failed >= 3, 100 * share, 0)',
        usingMetrics: {
          failed: airlockMetric(this, 'ScanFailed', { statistic: 'Sum', period }),
          share: airlockMetric(this, 'ScanFailed', { statistic: 'Average', period }),
        },
        label: 'Failed scans from the queues, %',
        period,
      }),
      { threshold: 25, periods: 3 },
      'A quarter of the scans from the queues have failed for 15 minutes: check the engine, its definitions and its disk.',
    );
    this.whenAny(
      'ScansAbandoned',
      abandoned.metricNumberOfMessagesReceived({ period }),
      'Scans were abandoned, because every worker that took them died: their executions fail.',
    );
    this.whenLasting(
      'AbandonedScansLeft',
      // Not its age: SQS leaves out of that what was received three times.
      abandoned.metricApproximateNumberOfMessagesNotVisible({ period, statistic: 'Maximum' }),
      { threshold: 1, periods: 12 },
      'Abandoned scans could not be failed for an hour: their executions still wait.',
    );
  }
}
