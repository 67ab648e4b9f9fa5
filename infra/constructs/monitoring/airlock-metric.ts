import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE, type MetricName } from '../../../functions/domain/metrics.ts';
import { COMMON_ENVIRONMENT } from '../functions/pipeline-function.ts';

export interface AirlockMetricProps {
  readonly statistic: string;
  readonly period: Duration;
  /** Beside the service. */
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly label?: string;
}

/** A metric that the functions of this stack measure themselves. */
export function airlockMetric(metricName: MetricName, { dimensions, ...props }: AirlockMetricProps): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: COMMON_ENVIRONMENT.POWERTOOLS_SERVICE_NAME, ...dimensions },
    ...props,
  });
}
