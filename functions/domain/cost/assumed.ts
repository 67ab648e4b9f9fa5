/** What AWS does not say and nothing here can measure. */
export const ASSUMED_COSTS = {
  /** One call of S3, SNS, EventBridge or Step Functions within a region; 25 to 30 were seen. */
  networkMs: 27.5,
  /** Content of S3, one connection. */
  bytesPerMs: 80_000,
  /** START, END and REPORT of one invocation. */
  lambdaLogBytes: 300,
  /** Step Functions' own time for each state of an EXPRESS execution. */
  expressStateMs: 15,
  /** Lambda asks an empty queue with five pollers of 20 s. */
  pollsPerHour: 900,
  /** The functions' processors are as fast as the core that was measured; this much memory comes with one. */
  mbPerVcpu: 1769,
  /** Of an engine, from its start to its first scan; measured with 3.6 million signatures. */
  engineStartSeconds: 10.9,
  /** Of the processors, what several scans at once get out of them; measured. */
  parallelEfficiency: 0.83,
  /** Scans at once in a rescan: four for each processor. */
  rescansAtOnce: 8,
  /** Of a scanner for each batch of a rescan; measured. */
  batchSeconds: 0.2,
  /** And for each object whose tags it reads to choose it, several at once; measured. */
  tagReadSeconds: 0.0015,
  /** Objects of a rescan's batch. */
  objectsABatch: 400,
  /** An update that finds nothing new. */
  updateSeconds: 15,
} as const;
