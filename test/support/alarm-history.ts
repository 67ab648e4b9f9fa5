import type { LocalResource } from '../../emulator/cloudformation/template.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Of an AWS::CloudWatch::Alarm. */
type Rule = Pick<LocalResource, 'properties'>['properties'];

const HOUR = 3_600_000;

/**
 * The state CloudWatch gives an alarm for the data points of its evaluation range, oldest first, where some are missing.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function alarmState(rule: Rule, range: readonly (number | undefined)[], before: AlarmState): AlarmState {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, TreatMissingData: missing } = rule;
  const present = range.filter((value) => value !== undefined);
  if (present.length === 0) {
    if (missing === 'missing') return 'INSUFFICIENT_DATA';
    return missing === 'breaching' ? 'ALARM' : 'OK';
  }
  const looked = present.slice(-periods);
  const breaching = looked.filter((value) => breaches(rule, value)).length;
  if (breaching >= needed) return 'ALARM';
  if (looked.length === periods || missing === 'notBreaching') return 'OK';
  if (missing === 'breaching') return breaching + periods - looked.length >= needed ? 'ALARM' : 'OK';

  if (missing !== 'missing') throw new Error(`TreatMissingData ${missing} is not played here`);
  if (breaching < looked.length) return 'OK';
  const age = range.length - range.findIndex((value) => value !== undefined);
  return age >= needed ? 'ALARM' : before;
}

function breaches({ ComparisonOperator, Threshold }: Rule, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    default:
      throw new Error(`${ComparisonOperator} is not played here`);
  }
}

export interface Measured {
  /** Hours since the alarm was made. */
  readonly hour: number;
  readonly value: number;
}

/**
 * When the alarm notifies its topic, and of what: hours since its creation, checked four times an hour. The
 * evaluation range is two periods longer than the alarm's own time, as in AWS's examples; AWS gives no formula.
 */
export function told(rule: Rule, measured: readonly Measured[], hours: number): { hour: number; state: AlarmState }[] {
  const { Period, EvaluationPeriods, AlarmActions = [], InsufficientDataActions = [], OKActions = [] } = rule;
  const actions = { ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions, OK: OKActions };
  const period = (Period * 1000) / HOUR;
  const first = Math.min(...measured.map(({ hour }) => hour));
  const warmUpHours = (rule.WarmUpConfiguration?.WarmUpPeriodDurationInMinutes ?? 0) / 60;
  const told: { hour: number; state: AlarmState }[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';
  for (let now = 0; now <= hours; now += 0.25) {
    const range = Array.from({ length: EvaluationPeriods + 2 }, (_, index) => {
      const from = now - (EvaluationPeriods + 2 - index) * period;
      return statistic(
        rule,
        measured.filter(({ hour }) => hour > from && hour <= from + period),
      );
    });
    const filled = now >= first + period * EvaluationPeriods && range.at(-1) !== undefined;
    if (now < warmUpHours && !filled) continue;
    const next = alarmState(rule, range, state);
    if (next !== state && actions[next].length > 0) told.push({ hour: now, state: next });
    state = next;
  }
  return told;
}

function statistic({ Statistic }: Rule, measured: readonly Measured[]): number | undefined {
  if (measured.length === 0) return undefined;
  const values = measured.map(({ value }) => value);
  if (Statistic === 'Maximum') return Math.max(...values);
  if (Statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  throw new Error(`${Statistic} is not played here`);
}
