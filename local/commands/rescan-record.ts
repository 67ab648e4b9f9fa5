import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';

/** What became of one rescan. */
export interface RescanRecord {
  /** undefined when it ended before there was anything to sum up. */
  readonly summary: RescanSummary | undefined;
  /** Error and cause; undefined when it succeeded. */
  readonly problem: string | undefined;
  /** From the execution's start to its end. */
  readonly ms: number;
}

/** Reads an execution's end as its last state had it. */
export function toRescanRecord({ status, output, lastInput, error, cause, ms }: ExecutionResult): RescanRecord {
  const succeeded = status === 'SUCCEEDED';
  return {
    summary: (succeeded ? output : (lastInput as { summary?: unknown } | null)?.summary) as RescanSummary | undefined,
    problem: succeeded ? undefined : [error ?? status, cause].filter(Boolean).join(': '),
    ms,
  };
}
