import type { SFNClient } from '@aws-sdk/client-sfn';
import { startOnce } from '../start-once.ts';
import type { Failure, Redrivable } from './failure.ts';

export interface RedrivenFailure extends Failure {
  readonly outcome: 'started' | 'already started' | 'gone' | 'would start' | 'failed';
  /** Name of what was started, or would be. */
  readonly started: string | null;
  /** Why it was not. */
  readonly problem: string | null;
}

export interface RedriveFailuresOptions {
  readonly failures: AsyncIterable<Redrivable>;
  readonly isWanted: (failure: Failure) => boolean;
  readonly dryRun: boolean;
  /** Starts no more. */
  readonly signal: AbortSignal;
  readonly onResult: (result: RedrivenFailure) => void;
}

/** Starts again what each failure is about, once. */
export async function redriveFailures(
  stepFunctions: SFNClient,
  { failures, isWanted, dryRun, signal, onResult }: RedriveFailuresOptions,
): Promise<void> {
  for await (const { failure, start, done } of failures) {
    if (signal.aborted) return;
    if (!isWanted(failure)) continue;
    try {
      const execution = await start();
      const outcome =
        execution === undefined ? 'gone' : dryRun ? 'would start' : (await startOnce(stepFunctions, execution)).outcome;
      if (!dryRun) await done?.();
      onResult({ ...failure, outcome, started: execution?.name ?? null, problem: null });
    } catch (fault) {
      const { name, message } = fault as Error;
      onResult({ ...failure, outcome: 'failed', started: null, problem: `${name}: ${message}` });
    }
  }
}
