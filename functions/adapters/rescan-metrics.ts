import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE, RESCAN_METRICS } from '../domain/rescan/metrics.ts';
import type { RescanMetrics } from '../domain/rescan/ports.ts';
import type { Environment } from './environment.ts';

/** Log lines that Lambda's log group turns into metrics; anywhere else nobody would. */
export function createRescanMetrics(env: Environment): RescanMetrics {
  if (env.AWS_LAMBDA_FUNCTION_NAME === undefined) return { record: () => undefined };
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  return {
    record(bucket, { listed, scanned, failed, changed, infected }, succeeded) {
      // One-off, because otherwise the service's name would be a dimension too, and alarms name all of them.
      metrics.setDefaultDimensions({ Bucket: bucket });
      if (succeeded) metrics.addMetric(RESCAN_METRICS.completed, MetricUnit.Count, 1);
      metrics.addMetric(RESCAN_METRICS.failures, MetricUnit.Count, failed);
      for (const [name, value] of Object.entries({ listed, scanned, changed, infected })) {
        metrics.addMetric(`Rescan${name[0]?.toUpperCase()}${name.slice(1)}`, MetricUnit.Count, value);
      }
      metrics.publishStoredMetrics();
    },
  };
}
