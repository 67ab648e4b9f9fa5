import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Alarms of one concern; each tells the same topic, and is explained in docs/operations.md. */
export class AlarmSet extends Construct {
  readonly topic: ITopic;
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, topic: ITopic) {
    super(scope, id);
    this.topic = topic;
  }

  /** Rings at the first one. */
  protected whenAny(id: string, metric: IMetric, alarmDescription: string): void {
    this.whenLasting(id, metric, { threshold: 1, periods: 1 }, alarmDescription);
  }

  /** Rings when every one of so many periods reaches the threshold; a period without data does not. */
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

  /** Rings when none of so many periods has had even one. */
  protected whenNone(id: string, metric: IMetric, periods: number, alarmDescription: string): void {
    this.add(id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** Rings above the threshold, and when a period has no data. */
  protected whenOver(id: string, metric: IMetric, threshold: number, alarmDescription: string): void {
    this.add(id, {
      metric,
      alarmDescription,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private add(id: string, props: ConstructorParameters<typeof Alarm>[2]): void {
    const alarm = new Alarm(this, id, props);
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }
}
