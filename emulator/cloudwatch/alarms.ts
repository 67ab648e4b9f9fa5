import { ACCOUNT, type LocalResource, type LocalStack, REGION } from '../cloudformation/template.ts';

export interface Measurement {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

export type PublishAlarm = (topicArn: string, subject: string, message: string) => void;

/** The alarms of the stack, with one run as one period: an alarm that goes off stays in ALARM. */
export interface Alarms {
  /** @throws Error when an alarm on this metric uses a comparison or statistic without a local counterpart */
  record(measurement: Measurement): void;
  /** Logical ids of the alarms that have gone off, in that order. */
  rung(): readonly string[];
  /** Every alarm: one that has not gone off is OK. */
  states(): readonly AlarmState[];
}

export interface AlarmState {
  readonly alarm: LocalResource;
  /** undefined: OK. */
  readonly wentOffAt: Date | undefined;
  /** When it was made. */
  readonly since: Date;
}

interface Watch {
  readonly alarm: LocalResource;
  /** The data so far, in the alarm's statistic. */
  value: number | undefined;
  rungAt: Date | undefined;
}

const STATISTICS: Readonly<Record<string, (before: number, value: number) => number>> = {
  Sum: (before, value) => before + value,
  Maximum: Math.max,
  Minimum: Math.min,
};

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  // Periods without data are not evaluated here: a missing heartbeat sets off no alarm.
  LessThanThreshold: (value, threshold) => value < threshold,
};

/** Alarms on metrics that nothing records here (Lambda's, CloudWatch expressions) never go off. */
export function watchAlarms(stack: Pick<LocalStack, 'ofType'>, publish: PublishAlarm): Alarms {
  const watches = stack.ofType('AWS::CloudWatch::Alarm').map((alarm): Watch => {
    return { alarm, value: undefined, rungAt: undefined };
  });
  const rung: string[] = [];
  const since = new Date();

  function add(watch: Watch, value: number) {
    const { Statistic, ComparisonOperator, Threshold, AlarmActions = [] } = watch.alarm.properties;
    const combine = counterpart(STATISTICS, Statistic, watch.alarm);
    const breaches = counterpart(COMPARISONS, ComparisonOperator, watch.alarm);
    watch.value = watch.value === undefined ? value : combine(watch.value, value);
    if (watch.rungAt !== undefined || !breaches(watch.value, Threshold)) return;
    watch.rungAt = new Date();
    rung.push(watch.alarm.logicalId);
    const { subject, message } = notification(watch.alarm, watch.value);
    for (const action of AlarmActions as string[]) {
      if (action.includes(':sns:')) publish(action, subject, JSON.stringify(message));
    }
  }

  return {
    record(measurement) {
      for (const watch of watches) if (concerns(watch.alarm, measurement)) add(watch, measurement.value);
    },
    rung: () => rung,
    states: () => watches.map(({ alarm, rungAt }) => ({ alarm, wentOffAt: rungAt, since })),
  };
}

function concerns({ properties }: LocalResource, { namespace, metricName, dimensions }: Measurement): boolean {
  if (properties.Namespace !== namespace || properties.MetricName !== metricName) return false;
  const wanted = (properties.Dimensions ?? []) as readonly { Name: string; Value: string }[];
  return (
    wanted.length === Object.keys(dimensions).length && wanted.every(({ Name, Value }) => dimensions[Name] === Value)
  );
}

function counterpart<T>(table: Readonly<Record<string, T>>, name: string, { logicalId }: LocalResource): T {
  const found = table[name];
  if (found === undefined) throw new Error(`alarm ${logicalId}: ${name} has no local counterpart`);
  return found;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
function notification({ ref: name, properties }: LocalResource, value: number) {
  const { AlarmDescription, Namespace, MetricName, Statistic, Dimensions, Threshold, Period } = properties;
  return {
    subject: `ALARM: "${name}" in ${REGION}`.slice(0, 100),
    message: {
      AlarmName: name,
      AlarmDescription,
      AWSAccountId: ACCOUNT,
      Region: REGION,
      OldStateValue: 'OK',
      NewStateValue: 'ALARM',
      NewStateReason: `Threshold Crossed: ${Statistic} of ${MetricName} is ${value}, the threshold ${Threshold}`,
      StateChangeTime: new Date().toISOString(),
      Trigger: { Namespace, MetricName, Statistic, Dimensions, Threshold, Period },
    },
  };
}
