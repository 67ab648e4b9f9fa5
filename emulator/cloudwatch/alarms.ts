import { ACCOUNT, type LocalResource, type LocalStack, REGION } from '../cloudformation/template.ts';

export interface Measurement {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

export type PublishAlarm = (topicArn: string, subject: string, message: string) => void;

/**
 * The alarms of the stack. One that needs a single period goes off as soon as its metric says so; it is OK again after a
 * period that does not. Without calls of `endPeriods`, one run is one period.
 */
export interface Alarms {
  /** @throws Error when an alarm on this metric uses a comparison or statistic without a local counterpart */
  record(measurement: Measurement): void;
  /** Ends the periods that are over at this time, and evaluates their alarms. */
  endPeriods(now: number): void;
  /** Logical ids of the alarms that have gone off, in that order. */
  rung(): readonly string[];
  /** Every alarm: one that has not gone off is OK. */
  states(): readonly AlarmState[];
}

export interface AlarmState {
  readonly alarm: LocalResource;
  /** undefined: OK. */
  readonly wentOffAt: Date | undefined;
  /** When it was made, or last returned to OK. */
  readonly since: Date;
  /** Why it is in its state, for people. */
  readonly reason: string;
}

interface Watch {
  readonly alarm: LocalResource;
  /** The data of this period so far, in the alarm's statistic. */
  value: number | undefined;
  /** Periods in a row, before this one, that breached. */
  breached: number;
  /** Milliseconds since 1970. */
  periodBegan: number;
  changedAt: Date;
  rungAt: Date | undefined;
  reason: string;
}

/** CloudWatch's own words for an alarm without data. */
const NOT_EVALUATED = 'Unchecked: Initial alarm creation';

const STATISTICS: Readonly<Record<string, (before: number, value: number) => number>> = {
  Sum: (before, value) => before + value,
  Maximum: Math.max,
  Minimum: Math.min,
};

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/**
 * Alarms on metrics that nothing records here (Lambda's, CloudWatch expressions) never go off.
 * @param began milliseconds since 1970 at which the first periods begin
 */
export function watchAlarms(
  stack: Pick<LocalStack, 'ofType'>,
  publish: PublishAlarm,
  began: number = Date.now(),
): Alarms {
  const watches = stack.ofType('AWS::CloudWatch::Alarm').map((alarm): Watch => {
    const state = { value: undefined, breached: 0, rungAt: undefined, reason: NOT_EVALUATED };
    return { alarm, periodBegan: began, changedAt: new Date(began), ...state };
  });
  const rung: string[] = [];

  function add(watch: Watch, value: number) {
    const combine = counterpart(STATISTICS, watch.alarm.properties.Statistic, watch.alarm);
    watch.value = watch.value === undefined ? value : combine(watch.value, value);
    if (isBreached(watch, watch.value)) ringAfter(watch, watch.breached + 1, watch.value);
  }

  function endPeriod(watch: Watch, now: number) {
    const { value } = watch;
    watch.value = undefined;
    watch.periodBegan = now;
    // Missing data that would be a breach is not played: nothing here runs by the hour.
    if (value === undefined && watch.alarm.properties.TreatMissingData !== 'notBreaching') return;
    if (value !== undefined && isBreached(watch, value)) {
      watch.breached += 1;
      return ringAfter(watch, watch.breached, value);
    }
    watch.breached = 0;
    if (watch.rungAt === undefined) return;
    watch.rungAt = undefined;
    watch.changedAt = new Date();
    watch.reason = value === undefined ? 'No data, which is not breaching' : reasonOf(watch.alarm, value);
  }

  function ringAfter(watch: Watch, periods: number, value: number) {
    const { AlarmActions = [], EvaluationPeriods = 1 } = watch.alarm.properties;
    if (watch.rungAt !== undefined || periods < EvaluationPeriods) return;
    watch.rungAt = new Date();
    watch.reason = reasonOf(watch.alarm, value);
    rung.push(watch.alarm.logicalId);
    const { subject, message } = notification(watch.alarm, watch.reason);
    for (const action of AlarmActions as string[]) {
      if (action.includes(':sns:')) publish(action, subject, JSON.stringify(message));
    }
  }

  return {
    record(measurement) {
      for (const watch of watches) if (concerns(watch.alarm, measurement)) add(watch, measurement.value);
    },
    endPeriods(now) {
      for (const watch of watches) {
        if (now - watch.periodBegan >= (watch.alarm.properties.Period ?? 0) * 1000) endPeriod(watch, now);
      }
    },
    rung: () => rung,
    states: () =>
      watches.map(({ alarm, rungAt, changedAt, reason }) => ({ alarm, wentOffAt: rungAt, since: changedAt, reason })),
  };
}

function isBreached({ alarm }: Watch, value: number): boolean {
  const { ComparisonOperator, Threshold } = alarm.properties;
  return counterpart(COMPARISONS, ComparisonOperator, alarm)(value, Threshold);
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

function reasonOf({ properties }: LocalResource, value: number): string {
  const { Statistic, MetricName, Threshold } = properties;
  return `Threshold Crossed: ${Statistic} of ${MetricName} is ${value}, the threshold ${Threshold}`;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
function notification({ ref: name, properties }: LocalResource, reason: string) {
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
      NewStateReason: reason,
      StateChangeTime: new Date().toISOString(),
      Trigger: { Namespace, MetricName, Statistic, Dimensions, Threshold, Period },
    },
  };
}
