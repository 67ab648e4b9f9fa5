import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import type { Alarms } from './alarms.ts';
import { describeAlarms } from './describe-alarms.ts';

interface Query {
  readonly Id: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
}

/** All metrics of the account: they have no ARNs of their own. */
const METRICS = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:dataset/default`;

/** A caller who may not see every alarm may list none: on AWS the resource is `alarm:*`, which is no single one here. */
const ALARMS = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:any`;

/** What a metric is at this moment; undefined for one without data. */
export type Gauge = (
  namespace: string,
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
) => number | undefined;

export interface CloudWatchApiProps {
  readonly gauge: Gauge;
  readonly alarms: Pick<Alarms, 'states'>;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
  /** Default: any free one. */
  readonly port?: number;
}

/**
 * CloudWatch (JSON): GetMetricData with the present value of each metric, and nothing about the past; DescribeAlarms.
 */
export function startCloudWatchApi({ gauge, alarms, authorize, port }: CloudWatchApiProps): Promise<Listening> {
  return startJsonApi({
    service: 'GraniteServiceVersion20100801',
    version: '1.0',
    port,
    authorize,
    async answer({ action, body, authorize: check }) {
      if (action === 'DescribeAlarms') {
        await check('cloudwatch:DescribeAlarms', ALARMS);
        return describeAlarms(alarms, JSON.parse(body));
      }
      if (action !== 'GetMetricData') throw new ApiFault('NotImplemented', action, 501);
      await check('cloudwatch:GetMetricData', METRICS);
      const { MetricDataQueries } = JSON.parse(body) as { MetricDataQueries: Query[] };
      return { MetricDataResults: MetricDataQueries.map((query) => resultOf(query, gauge)) };
    },
  });
}

function resultOf({ Id, MetricStat }: Query, gauge: Gauge): object {
  if (MetricStat === undefined) return { Id, StatusCode: 'InternalError', Timestamps: [], Values: [] };
  const { Namespace, MetricName, Dimensions = [] } = MetricStat.Metric;
  const value = gauge(Namespace, MetricName, Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])));
  const found = value !== undefined;
  return {
    Id,
    StatusCode: 'Complete',
    Timestamps: found ? [Math.floor(Date.now() / 1000)] : [],
    Values: found ? [value] : [],
  };
}
