import type { SFNClient } from '@aws-sdk/client-sfn';
import { MessageError } from '../message-errors.ts';
import { startOnce } from '../start-once.ts';
import type { Failure, Redrivable } from './failure.ts';

export interface RedrivenFailure extends Failure {
  readonly outcome: 'started' | 'already started' | 'gone' | 'would start' | 'discarded' | 'would discard' | 'failed';
  /** Name of what was started, or would be. */
  readonly started: string | null;
  /** Why it was not. */
  readonly problem: string | null;
}

export interface RedriveFailuresOptions {
  readonly failures: AsyncIterable<Redrivable>;
  readonly isWanted: (failure: Failure) => boolean;
  readonly dryRun: boolean;
  /** Deletes messages that nothing can be started from, and starts nothing. */
  readonly discard?: boolean;
  /** Starts no more. */
  readonly signal: AbortSignal;
  readonly onResult: (result: RedrivenFailure) => void;
}

/** Starts again what each failure is about, once. */
export async function redriveFailures(
  stepFunctions: SFNClient,
  { failures, isWanted, dryRun, discard = false, signal, onResult }: RedriveFailuresOptions,
): Promise<void> {
  for await (const one of failures) {
    const { failure, start, done } = one;
    if (signal.aborted) return;
    if (!isWanted(failure)) continue;
    if (discard) {
      onResult({ ...failure, started: null, ...(await discarded(one, dryRun)) });
      continue;
    }
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

async function discarded(
  { failure, start, done }: Redrivable,
  dryRun: boolean,
): Promise<Pick<RedrivenFailure, 'outcome' | 'problem'>> {
  if (failure.kind !== 'message' || done === undefined) return { outcome: 'failed', problem: 'is not a message' };
  try {
    await start();
    return { outcome: 'failed', problem: 'something can be started from it: redrive it' };
  } catch (fault) {
    const { name, message } = fault as Error;
    const problem = `${name}: ${message}`;
    // Whoever cannot look at S3 or the rule does not know that it is good for nothing.
    if (!(fault instanceof MessageError)) return { outcome: 'failed', problem };
    if (!dryRun) await done();
    return { outcome: dryRun ? 'would discard' : 'discarded', problem };
  }
}
