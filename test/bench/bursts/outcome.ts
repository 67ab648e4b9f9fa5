import type { Architecture } from '../../../functions/domain/cost/prices.ts';

/** What a simulated burst came to. Times are seconds from the first upload. */
export interface Outcome {
  readonly uploads: number;
  readonly verdicts: number;
  /** Uploads that ended in ERROR, or whose execution timed out, only because they waited. */
  readonly errors: number;
  /** Uploads that EventBridge gave up on. */
  readonly undelivered: number;
  readonly lastVerdict: number;
  /** Time that the engines scanned, of all the time from the first upload to the end of the last scan. */
  readonly busyShare: number;
  /** Deliveries by EventBridge that Step Functions refused, and that were repeated. */
  readonly deliveryRetries: number;
  /** Retries of a state, each billed as a transition. */
  readonly stateRetries: number;
  /** Messages that came back because an engine was lost. */
  readonly redeliveries: number;
  readonly transitions: number;
  readonly peakOpen: number;
  readonly peakQueue: number;
  readonly peakEngines: number;
  readonly coldStarts: number;
  readonly engines: readonly EngineUse[];
  /** Of each quota, and of the engines, the share of what it allowed over the whole time. */
  readonly used: Readonly<Record<string, number>>;
}

export interface EngineUse {
  readonly memoryMb: number;
  readonly architecture: Architecture;
  readonly invocations: number;
  readonly billedSeconds: number;
  /** Whether a queue feeds it. */
  readonly queued: boolean;
}

/** What was used most, then the next: `engines 98 %, startStandardExecution 6 %`. */
export const bindingOf = ({ used }: Pick<Outcome, 'used'>) => Object.entries(used).sort(([, a], [, b]) => b - a);
