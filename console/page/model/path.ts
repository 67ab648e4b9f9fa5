import { END, START, type StateGraph } from './definition.ts';

/** An event of GetExecutionHistory, or of the log of an EXPRESS execution, with its details out of their many names. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousId: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly details: Details;
}
export interface Details {
  readonly name?: string;
  readonly input?: string;
  readonly output?: string;
  readonly parameters?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly resource?: string;
  readonly mapRunArn?: string;
}

/** A call of a Task's function or service. */
export interface Attempt {
  readonly scheduled: number;
  ended: number | undefined;
  readonly input: string | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
}

export type VisitStatus = 'running' | 'succeeded' | 'retried' | 'caught' | 'failed' | 'aborted';

/** One time that a state was entered. */
export interface Visit {
  readonly name: string;
  readonly entered: number;
  exited: number | undefined;
  readonly input: string | undefined;
  output: string | undefined;
  status: VisitStatus;
  readonly attempts: Attempt[];
  mapRunArn: string | undefined;
}

export interface Path {
  /** In the order entered. */
  readonly visits: readonly Visit[];
  /** How often each way was taken, by edgeId. */
  readonly taken: ReadonlyMap<string, number>;
  /** Of the execution, when it has failed. */
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

export const edgeId = (from: string, to: string, caught: boolean) => JSON.stringify([from, to, caught]);

const ENTERED = /StateEntered$/;
const EXITED = /StateExited$/;
const FAULT = /(Failed|TimedOut|Aborted)$/;
const SCHEDULED = /^(LambdaFunction|Task|Activity)Scheduled$/;
const EXECUTION_END = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/;

/**
 * The way of an execution through its states. An event belongs to the state of the event before it; where branches run at
 * once, and the history counts them in one row, to the state that was left last and leads here.
 */
export function pathOf(events: readonly HistoryEvent[], graph: StateGraph): Path {
  const visits: Visit[] = [];
  const taken = new Map<string, number>();
  const byEvent = new Map<number, Visit>();
  const leads = new Set(graph.edges.map(({ from, to }) => JSON.stringify([from, to])));
  /** Left, and the state after them not yet entered; the last at the end. */
  let left: Visit[] = [];
  let error: string | undefined;
  let cause: string | undefined;
  const take = (from: string, to: string, caught = false) => {
    const id = edgeId(from, to, caught);
    taken.set(id, (taken.get(id) ?? 0) + 1);
  };

  for (const event of events) {
    const { id, previousId, type, time, details } = event;
    const before = byEvent.get(previousId);
    if (EXECUTION_END.test(type)) {
      ({ error, cause } = details);
      endOpen(visits, type);
      const last = left.at(-1) ?? visits.at(-1);
      if (last !== undefined && type !== 'ExecutionAborted' && leads.has(JSON.stringify([last.name, END]))) {
        take(last.name, END);
      }
      continue;
    }
    if (ENTERED.test(type)) {
      const { name = '', input } = details;
      const visit: Visit = {
        ...{ name, entered: time, exited: undefined, input, output: undefined, status: 'running' },
        ...{ attempts: [], mapRunArn: undefined },
      };
      const from = [before, ...left.toReversed()].find(
        (one) => one !== undefined && left.includes(one) && leads.has(JSON.stringify([one.name, name])),
      );
      if (from !== undefined) {
        left = left.filter((one) => one !== from);
        take(from.name, name, from.status === 'caught');
      } else if (leads.has(JSON.stringify([START, name]))) take(START, name);
      visits.push(visit);
      byEvent.set(id, visit);
      continue;
    }
    const visit = EXITED.test(type)
      ? visits.findLast(({ name, exited }) => name === details.name && exited === undefined)
      : before;
    if (visit === undefined) continue;
    byEvent.set(id, visit);
    if (EXITED.test(type)) {
      exit(visit, event);
      left.push(visit);
    } else if (visit.exited === undefined) tell(visit, event);
  }
  return { visits, taken, error, cause };
}

function exit(visit: Visit, { time, details }: HistoryEvent): void {
  visit.exited = time;
  visit.output = details.output;
  if (visit.status === 'failed') visit.status = 'caught';
  else if (visit.status === 'running') visit.status = visit.attempts.length > 1 ? 'retried' : 'succeeded';
}

/** What happens between entry and exit. */
function tell(visit: Visit, { type, time, details }: HistoryEvent): void {
  if (details.mapRunArn !== undefined) visit.mapRunArn = details.mapRunArn;
  if (SCHEDULED.test(type)) {
    visit.status = 'running';
    const input = details.input ?? details.parameters;
    visit.attempts.push({
      scheduled: time,
      ended: undefined,
      input,
      output: undefined,
      error: undefined,
      cause: undefined,
    });
    return;
  }
  const attempt = visit.attempts.at(-1);
  if (FAULT.test(type)) {
    visit.status = 'failed';
    if (attempt !== undefined) Object.assign(attempt, { ended: time, error: details.error, cause: details.cause });
  } else if (/Succeeded$/.test(type) && attempt !== undefined) {
    attempt.ended = time;
    attempt.output = details.output;
  }
}

/** States that nobody left when the execution ended; a Fail state is never left. */
function endOpen(visits: readonly Visit[], type: string): void {
  for (const visit of visits) {
    if (visit.exited !== undefined) continue;
    if (type === 'ExecutionAborted') visit.status = 'aborted';
    else if (type !== 'ExecutionSucceeded') visit.status = 'failed';
  }
}

/** How a state is colored: by its last visit. */
export function statusOfStates({ visits }: Path): ReadonlyMap<string, VisitStatus> {
  return new Map(visits.map(({ name, status }) => [name, status]));
}

/** Milliseconds of a visit; one that goes on lasts until now. */
export const durationOf = ({ entered, exited }: Visit, now: number) => Math.max(0, (exited ?? now) - entered);
