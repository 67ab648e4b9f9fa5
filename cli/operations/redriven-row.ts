import type { Started } from './start-once.ts';

/** What became of a message, an execution or an object. */
export interface RedrivenRow {
  readonly outcome: Started['outcome'] | 'would start' | 'gone' | 'failed';
  /** Name of the execution that was started, or would be. */
  readonly execution: string | null;
  /** Of one that was started. */
  readonly executionArn?: string | undefined;
  /** What it is about; of what failed, the message, the execution or the line. */
  readonly subject: string;
  /** Why it could not be started, or why it could not be delivered before. */
  readonly reason: string;
}
