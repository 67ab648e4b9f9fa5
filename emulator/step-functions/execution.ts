import type { LoggedByLevel, LoggedEvent } from './execution-log.ts';

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly input: unknown;
  /** ISO 8601. */
  readonly startTime: string;
  readonly result: Promise<ExecutionResult>;
  abort(): void;
  /** What has happened so far. */
  events(): readonly LoggedEvent[];
}

export interface ExecutionResult {
  readonly arn: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Names in the order entered, again for each loop; a retry does not enter again. */
  readonly states: readonly string[];
  /** Retries by state name. */
  readonly retries: Readonly<Record<string, number>>;
  /** Input of each state at its last entry: what the console shows. */
  readonly lastInput: unknown;
  /** What its log group would get. */
  readonly log: LoggedByLevel;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  readonly ms: number;
}
