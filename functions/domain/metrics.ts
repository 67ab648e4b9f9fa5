export const METRICS_NAMESPACE = 'S3Airlock';

/**
 * Every metric of our own and its CloudWatch unit. Each has the dimension `service`, the stack's name; another
 * dimension makes a metric of its own, and is billed as one, for each value: so there are two.
 */
export const METRIC_UNITS = {
  /** Objects whose content was read and judged. */
  ObjectsScanned: 'Count',
  BytesScanned: 'Bytes',
  /** From the first byte asked for to the verdict, an engine's start included. */
  ScanMilliseconds: 'Milliseconds',
  /** Signatures loaded: cold starts, new signatures, engines that died. */
  EngineStarts: 'Count',
  /** By `Status`: outcomes that were told. */
  Verdicts: 'Count',
  /** Age of the newest signatures published. */
  DefinitionsAge: 'Seconds',
  /** By `Bucket`: rescans that were summed up as succeeded, and what they came to. */
  RescanCompleted: 'Count',
  RescanFailed: 'Count',
  RescanListed: 'Count',
  RescanScanned: 'Count',
  RescanChanged: 'Count',
  RescanInfected: 'Count',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;
