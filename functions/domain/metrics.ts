export const METRICS_NAMESPACE = 'S3Airlock';

/**
 * Every custom metric and its CloudWatch unit. Each has the dimension `service`, the stack's name, which separates
 * stacks in one account and region. Any further dimension is billed as one metric per value, so there are only two.
 */
export const METRIC_UNITS = {
  /** Objects whose content was read and judged. */
  ObjectsScanned: 'Count',
  BytesScanned: 'Bytes',
  /** From the first byte requested to the verdict, including an engine start. */
  ScanMilliseconds: 'Milliseconds',
  /** Definitions loaded: cold starts, new definitions, engines that died. */
  EngineStarts: 'Count',
  /** 1 for a scan from a queue that failed, 0 for one that ended in a verdict. */
  ScanFailed: 'Count',
  /** By `Status`: reported outcomes. */
  Verdicts: 'Count',
  /** Time since the mirror last had nothing newer than the published definitions; 0 after an update. */
  DefinitionsAge: 'Seconds',
  /** Time since ClamAV built the newest published official set: grows when the mirror is not updated. */
  SignaturesAge: 'Seconds',
  /** 1 for a failed update of the definitions, 0 for a successful one. */
  DefinitionsUpdateFailed: 'Count',
  /** Published definitions that a scanner could not use; it continued with its old ones. */
  DefinitionsRefused: 'Count',
  /** By `Bucket`: scheduled rescans that succeeded. */
  RescanCompleted: 'Count',
  /** By `Bucket`: totals of rescans, including manual ones. */
  RescanFailed: 'Count',
  RescanListed: 'Count',
  RescanScanned: 'Count',
  RescanChanged: 'Count',
  RescanInfected: 'Count',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;
