import type { ExecutionEvent } from './execution-events.ts';

/** One stay in a state. */
export interface Visit {
  readonly state: string;
  readonly entered: Date;
  /** undefined while it is there, or when the execution ended in it. */
  exited?: Date;
  /** How often its Task was called: more than once after a retry. */
  attempts: number;
  /** One for each attempt that failed. */
  readonly errors: { readonly at: Date; readonly error: string; readonly cause: string }[];
}

export interface StoryEnd {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly at: Date;
  readonly error: string;
  readonly cause: string;
  /** JSON; only of one that succeeded. */
  readonly output: string | undefined;
}

/** What an execution did, in order. */
export interface Story {
  readonly visits: readonly Visit[];
  /** undefined while it runs. */
  readonly end: StoryEnd | undefined;
}

const ENDS: Readonly<Record<string, StoryEnd['status']>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};
const CALLED = /^(LambdaFunction|Task|Activity)Scheduled$/;
const CALL_FAILED = /^(LambdaFunction|Task|Activity)(Failed|TimedOut|StartFailed|ScheduleFailed|SubmitFailed)$/;

/** @param events in order; the state machine has no branches, so that each is about the state entered last */
export async function storyOf(events: AsyncIterable<ExecutionEvent> | Iterable<ExecutionEvent>): Promise<Story> {
  const visits: Visit[] = [];
  let end: StoryEnd | undefined;
  for await (const { type, at, state, error = '', cause = '', output } of events) {
    const visit = visits.at(-1);
    const status = Object.hasOwn(ENDS, type) ? ENDS[type] : undefined;
    if (type.endsWith('StateEntered') && state !== undefined) {
      visits.push({ state, entered: at, attempts: 0, errors: [] });
    } else if (type.endsWith('StateExited') && visit !== undefined) visit.exited = at;
    else if (CALLED.test(type) && visit !== undefined) visit.attempts += 1;
    else if (CALL_FAILED.test(type) && visit !== undefined) visit.errors.push({ at, error, cause });
    else if (status !== undefined) end = { status, at, error, cause, output };
  }
  return { visits, end };
}
