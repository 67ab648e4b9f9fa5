import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface AlarmsProps {
  readonly stateMachine: IStateMachine;
  readonly rules: Readonly<Record<string, IRule>>;
  readonly deadLetterQueue: IQueue;
  readonly key: IKey;
  readonly email: string | undefined;
}

const period = Duration.minutes(5);

/** Everything that stops an object from getting its verdict wakes somebody. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stateMachine, rules, deadLetterQueue, key, email }: AlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));

    this.whenAny(
      'ScansFailed',
      stateMachine.metricFailed({ period }),
      'Executions failed: objects are tagged ERROR, or nobody was told of their verdict.',
    );
    this.whenAny(
      'ScansTimedOut',
      stateMachine.metricTimedOut({ period }),
      'Executions ran out of time: their objects have no verdict.',
    );
    this.whenAny(
      'ScansAborted',
      stateMachine.metricAborted({ period }),
      'Executions were stopped by hand: their objects have no verdict.',
    );
    this.whenAny(
      'ScansThrottled',
      stateMachine.metricThrottled({ period }),
      'Step Functions holds executions back: verdicts are late.',
    );
    this.whenAny(
      'UploadsUndelivered',
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      'Uploads lie in the dead-letter queue: no execution was started for them.',
    );
    for (const [name, rule] of Object.entries(rules)) {
      const metric = new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { RuleName: rule.ruleName },
        statistic: 'Sum',
        period,
      });
      this.whenAny(
        `UploadRuleFailed${name}`,
        metric,
        'EventBridge could not start executions, and will not try again.',
      );
    }
  }

  private whenAny(id: string, metric: Metric, alarmDescription: string): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
