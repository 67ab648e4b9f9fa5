import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';

/** The result of one rescan. */
export interface RescanRecord {
  /** undefined when it ended before the summary. */
  readonly summary: RescanSummary | undefined;
  /** Error and cause; undefined when it succeeded. */
  readonly problem: string | undefined;
  /** From the execution's start to its end. */
  readonly ms: number;
}

/** Reads the result from an execution's last state. */
export function toRescanRecord({ status, output, lastInput, error, cause, ms }: ExecutionResult): RescanRecord {
  const succeeded = status === 'SUCCEEDED';
  return {
    summary: (succeeded ? output : (lastInput as { summary?: unknown } | null)?.summary) as RescanSummary | undefined,
    problem: succeeded ? undefined : [error ?? status, cause].filter(Boolean).join(': '),
    ms,
  };
}
