import { channel } from 'node:diagnostics_channel';
import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics';
import { METRIC_UNITS, METRICS_NAMESPACE, type MetricName } from '../../domain/metrics.ts';
import type { Metrics } from '../../domain/ports.ts';
import type { Environment } from '../process/environment.ts';

const SERVICE = 's3-airlock';

/** Metrics recorded outside Lambda, and by which function. */
export interface Recorded {
  readonly env: Environment;
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Partial<Readonly<Record<MetricName, number>>>;
}

/** Where metrics go outside Lambda: stdout belongs to the commands there. */
export const METRICS_CHANNEL = channel('s3-airlock:metrics');

/**
 * On Lambda, writes CloudWatch embedded metric format to stdout; the log group turns it into metrics.
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createMetrics(env: Environment): Metrics {
  const serviceName = env.POWERTOOLS_SERVICE_NAME || SERVICE;
  return env.AWS_LAMBDA_FUNCTION_NAME === undefined ? onChannel(env, serviceName) : onStdout(serviceName);
}

function onChannel(env: Environment, service: string): Metrics {
  return {
    record: (values, dimensions = {}) =>
      METRICS_CHANNEL.publish({
        env,
        namespace: METRICS_NAMESPACE,
        dimensions: { service, ...dimensions },
        values,
      } satisfies Recorded),
    flush: () => undefined,
  };
}

function onStdout(serviceName: string): Metrics {
  const byDimensions = new Map<string, EmbeddedMetrics>();
  function under(dimensions: Readonly<Record<string, string>>): EmbeddedMetrics {
    const key = JSON.stringify(dimensions);
    const known = byDimensions.get(key);
    if (known !== undefined) return known;
    const made = new EmbeddedMetrics({ namespace: METRICS_NAMESPACE, serviceName, defaultDimensions: dimensions });
    byDimensions.set(key, made);
    return made;
  }
  return {
    record: (values, dimensions = {}) =>
      silently(() => {
        const metrics = under(dimensions);
        for (const [name, value] of Object.entries(values)) {
          metrics.addMetric(name, METRIC_UNITS[name as MetricName], value);
        }
      }),
    flush: () =>
      silently(() => {
        for (const metrics of byDimensions.values()) if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }),
  };
}

function silently(call: () => void) {
  try {
    call();
  } catch {
    // A lost metric must not fail a scan.
  }
}
