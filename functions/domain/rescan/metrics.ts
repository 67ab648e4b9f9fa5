/** CloudWatch metrics of rescans, by the dimensions `service` (s3-airlock) and `Bucket`. */
export const METRICS_NAMESPACE = 's3-airlock';

export const RESCAN_METRICS = { completed: 'RescanCompleted', failures: 'RescanFailed' } as const;
