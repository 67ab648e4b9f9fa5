import { Duration } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { newerThanCfnLint } from './newer-than-cfn-lint.ts';

/** The longest warm-up, days. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html */
const LONGEST_WARM_UP_DAYS = 2;

/** Alarms of one concern; each notifies the same topic, and is explained in docs/operations/alarms.md. */
export class AlarmSet extends Construct {
  readonly topic: ITopic;
  readonly alarms: Alarm[] = [];
  readonly #named: ((id: string) => string) | undefined;

  /** @param named gives the alarms names; default: CloudFormation does */
  constructor(scope: Construct, id: string, topic: ITopic, named?: (id: string) => string) {
    super(scope, id);
    this.topic = topic;
    this.#named = named;
  }

  /** Goes off at the first one. */
  protected whenAny(id: string, metric: IMetric, alarmDescription: string): void {
    this.whenLasting(id, metric, { threshold: 1, periods: 1 }, alarmDescription);
  }

  /** Goes off when that many periods in a row reach the threshold; a period without data does not count. */
  protected whenLasting(
    id: string,
    metric: IMetric,
    { threshold, periods }: { readonly threshold: number; readonly periods: number },
    alarmDescription: string,
  ): void {
    this.add(id, {
      metric,
      alarmDescription,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * Goes off after that time without one; for a new alarm only if the time is at most two days. If it is longer, an
   * alarm that never had data stays quiet: CloudWatch does not warm up for longer.
   * @param metric in periods of an hour: CloudWatch looks back some periods beyond the time it is given
   */
  protected whenNone(id: string, metric: IMetric, days: number, alarmDescription: string): void {
    const warmsUp = days <= LONGEST_WARM_UP_DAYS;
    const alarm = this.add(id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 24 * days,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: warmsUp ? TreatMissingData.BREACHING : TreatMissingData.MISSING,
    });
    if (warmsUp) warmUp(alarm, Duration.days(days));
    else alarm.addInsufficientDataAction(new SnsAction(this.topic));
  }

  /**
   * Goes off above the threshold, and when a period has no data; a new alarm waits for its first data for its
   * warm-up time.
   */
  protected whenOver(
    id: string,
    metric: IMetric,
    { threshold, warmUpTime }: { readonly threshold: number; readonly warmUpTime: Duration },
    alarmDescription: string,
  ): void {
    const alarm = this.add(id, {
      metric,
      alarmDescription,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    warmUp(alarm, warmUpTime);
  }

  private add(id: string, props: ConstructorParameters<typeof Alarm>[2]): Alarm {
    const alarm = new Alarm(this, id, { ...props, ...(this.#named && { alarmName: this.#named(id) }) });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
    return alarm;
  }
}

/** Without data a new alarm would go off at once, before anything is measured. */
function warmUp(alarm: Alarm, time: Duration): void {
  const resource = alarm.node.defaultChild as CfnAlarm;
  resource.warmUpConfiguration = { warmUpPeriodDurationInMinutes: time.toMinutes() };
  newerThanCfnLint(resource, 'E3002');
}
