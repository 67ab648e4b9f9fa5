import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE, type MetricName } from '../../../functions/domain/metrics.ts';
import { serviceOf } from '../service-name.ts';

export interface AirlockMetricProps {
  readonly statistic: string;
  readonly period: Duration;
  /** Beside the service. */
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly label?: string;
}

/**
 * A metric that the functions of an airlock measure themselves.
 * @param scope the airlock, or what belongs to it
 */
export function airlockMetric(
  scope: Construct,
  metricName: MetricName,
  { dimensions, ...props }: AirlockMetricProps,
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: serviceOf(scope), ...dimensions },
    ...props,
  });
}
