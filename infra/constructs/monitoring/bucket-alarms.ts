import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { MetricName } from '../../../functions/domain/metrics.ts';
import type { PhysicalNames } from '../buckets/physical-names.ts';
import { airlockMetric } from './airlock-metric.ts';
import { AlarmSet } from './alarm-set.ts';

export interface BucketAlarmsProps {
  readonly topic: ITopic;
  readonly names: PhysicalNames;
  /** The bucket's name, or `uploads`. */
  readonly word: string;
  readonly bucketName: string;
  readonly ruleName: string;
  /** null: only rescanned by hand, or never late. */
  readonly lateAfterDays: number | null;
}

const period = Duration.minutes(5);
const hour = Duration.hours(1);

/** Alarms that exist once for each bucket: on its upload rule and on its rescans. */
export class BucketAlarms extends AlarmSet {
  /** Known to other stacks without a reference to this one. */
  readonly alarmArns: readonly string[];

  constructor(scope: Construct, id: string, props: BucketAlarmsProps) {
    const { names, word, bucketName, ruleName, lateAfterDays } = props;
    super(scope, id, props.topic, (alarm) => names.alarm(alarm, word));
    this.ofRule(ruleName);
    const rescans = (name: MetricName, window: Duration): IMetric =>
      airlockMetric(this, name, { dimensions: { Bucket: bucketName }, statistic: 'Sum', period: window });
    this.whenAny(
      'RescanFailures',
      rescans('RescanFailed', period),
      'A rescan could not scan some objects. They keep their earlier verdict.',
    );
    if (lateAfterDays !== null) {
      this.whenNone(
        'RescanLate',
        rescans('RescanCompleted', hour),
        lateAfterDays,
        `No scheduled rescan of the bucket has succeeded for ${lateAfterDays} days; those by hand do not count.`,
      );
    }
    this.alarmArns = this.alarms.map(({ node }) =>
      Stack.of(this).formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: names.alarm(node.id, word),
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
  }

  /** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
  private ofRule(RuleName: string): void {
    const metric = (metricName: string) =>
      new Metric({ namespace: 'AWS/Events', metricName, dimensionsMap: { RuleName }, statistic: 'Sum', period });
    this.whenAny(
      'UploadRuleFailed',
      metric('FailedInvocations'),
      'EventBridge could not start executions and will not try again.',
    );
    this.whenAny(
      'UploadsLost',
      metric('InvocationsFailedToBeSentToDlq'),
      'EventBridge could neither start executions nor put the uploads into the dead-letter queue.',
    );
  }
}
