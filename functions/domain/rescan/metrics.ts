import type { MetricName } from '../metrics.ts';

export { METRICS_NAMESPACE } from '../metrics.ts';

/** What alarms look at; all by the dimensions `service` (s3-airlock) and `Bucket`. */
export const RESCAN_METRICS = { completed: 'RescanCompleted', failures: 'RescanFailed' } as const satisfies Record<
  string,
  MetricName
>;
