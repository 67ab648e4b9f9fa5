export const METRICS_NAMESPACE = 'S3Airlock';

/**
 * Every metric of our own and its CloudWatch unit. Each has the dimension `service`, the stack's name, which
 * tells stacks in one account and region apart; another dimension makes a metric of its own, and is billed as
 * one, for each value: so there are two.
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
  /** Since the mirror was last known to have nothing newer than the signatures in force; 0 after an update. */
  DefinitionsAge: 'Seconds',
  /** Since ClamAV built the newest official set in force: grows when the mirror itself stands still. */
  SignaturesAge: 'Seconds',
  /** 1 for an update of the signatures that failed, 0 for one that did not. */
  DefinitionsUpdateFailed: 'Count',
  /** Published signatures that a scanner could not use; it went on with those it had. */
  DefinitionsRefused: 'Count',
  /** By `Bucket`: scheduled rescans that were summed up as succeeded. */
  RescanCompleted: 'Count',
  /** By `Bucket`: what rescans came to, those by hand too. */
  RescanFailed: 'Count',
  RescanListed: 'Count',
  RescanScanned: 'Count',
  RescanChanged: 'Count',
  RescanInfected: 'Count',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;
