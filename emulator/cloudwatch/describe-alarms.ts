import { ApiFault } from '../http/json-api.ts';
import type { AlarmState, Alarms } from './alarms.ts';

interface Request {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: string;
  /** Beginning of an ARN among the alarm's actions. */
  readonly ActionPrefix?: string;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

const SERVED = new Set(['AlarmNames', 'AlarmNamePrefix', 'StateValue', 'ActionPrefix', 'MaxRecords', 'NextToken']);
const DEFAULT_RECORDS = 50;

/**
 * DescribeAlarms: metric alarms, which is all that the stack has.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 * @throws ApiFault for a parameter that is not served
 */
export function describeAlarms(alarms: Pick<Alarms, 'states'>, request: Request): object {
  const other = Object.keys(request).find((name) => !SERVED.has(name));
  if (other !== undefined) throw new ApiFault('NotImplemented', `${other} of DescribeAlarms is not served here`, 501);
  const { AlarmNames, AlarmNamePrefix = '', StateValue, ActionPrefix, MaxRecords = DEFAULT_RECORDS } = request;
  const found = alarms
    .states()
    .map(described)
    .filter(
      ({ AlarmName, StateValue: state, ...actions }) =>
        (AlarmNames?.includes(AlarmName) ?? true) &&
        AlarmName.startsWith(AlarmNamePrefix) &&
        (StateValue === undefined || StateValue === state) &&
        (ActionPrefix === undefined || actionsOf(actions).some((arn) => arn.startsWith(ActionPrefix))),
    );
  const from = Number(request.NextToken ?? 0);
  const to = from + MaxRecords;
  return {
    MetricAlarms: found.slice(from, to),
    CompositeAlarms: [],
    ...(to < found.length && { NextToken: String(to) }),
  };
}

interface Actions {
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
  readonly InsufficientDataActions: readonly string[];
}

const actionsOf = ({ AlarmActions, OKActions, InsufficientDataActions }: Actions) => [
  ...AlarmActions,
  ...OKActions,
  ...InsufficientDataActions,
];

function described({ alarm: { ref, arn, properties }, wentOffAt, since, reason }: AlarmState) {
  const { AlarmDescription, ActionsEnabled = true, AlarmActions = [], OKActions = [] } = properties;
  const { InsufficientDataActions = [], MetricName, Namespace, Statistic, Dimensions } = properties;
  const { Period, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData } = properties;
  return {
    AlarmName: ref,
    AlarmArn: arn,
    AlarmDescription,
    ActionsEnabled,
    AlarmActions,
    OKActions,
    InsufficientDataActions,
    StateValue: wentOffAt === undefined ? 'OK' : 'ALARM',
    StateReason: reason,
    StateUpdatedTimestamp: (wentOffAt ?? since).getTime() / 1000,
    StateTransitionedTimestamp: (wentOffAt ?? since).getTime() / 1000,
    ...{ MetricName, Namespace, Statistic, Dimensions },
    ...{ Period, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData },
  } as Actions & { readonly AlarmName: string; readonly StateValue: string };
}
