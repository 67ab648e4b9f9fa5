import { call } from '../../lib/call.ts';
import { type MachineGraph, machineGraph } from '../../lib/machines.ts';
import { executionName, isExpress, machineOf } from '../../model/arns.ts';
import { fromHistory, fromLog, statusAfter } from '../../model/events.ts';
import type { HistoryEvent } from '../../model/path.ts';
import { listOf, logGroupOf } from './load-list.ts';

/** An execution and all that is known of it. */
export interface LoadedExecution {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly start: number;
  readonly stop: number | undefined;
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly events: readonly HistoryEvent[];
  readonly machine: MachineGraph;
}

/** Events of a page, of which most executions have one. */
const EVENTS_AT_ONCE = 1000;

/** @param before what was loaded the last time: only what is new is asked for, and nothing once it has ended */
export async function loadExecution(
  arn: string,
  signal: AbortSignal,
  before?: LoadedExecution,
): Promise<LoadedExecution> {
  if (before !== undefined && before.status !== 'RUNNING') return before;
  const { arn: machineArn, label } = machineOf(arn);
  const machine = await machineGraph(machineArn, label);
  return isExpress(arn) ? fromLogs(arn, machineArn, machine, signal, before) : fromApi(arn, machine, signal, before);
}

async function fromApi(
  executionArn: string,
  machine: MachineGraph,
  signal: AbortSignal,
  before: LoadedExecution | undefined,
): Promise<LoadedExecution> {
  // Described first: an execution that has ended by then has its whole history.
  const described = await call('states', 'DescribeExecution', { executionArn }, signal);
  const known = before?.events.at(-1)?.id ?? 0;
  const fresh: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call(
      'states',
      'GetExecutionHistory',
      { executionArn, reverseOrder: true, maxResults: EVENTS_AT_ONCE, nextToken },
      signal,
    );
    fresh.push(...(page.events ?? []).map(fromHistory));
    nextToken = (fresh.at(-1)?.id ?? 0) <= known + 1 ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  const { name = '', status = '', startDate = '', stopDate, input, output } = described;
  return {
    ...{ arn: executionArn, name, status, input, output, machine },
    start: Date.parse(startDate),
    stop: stopDate === undefined ? undefined : Date.parse(stopDate),
    events: [...(before?.events ?? []), ...fresh.filter(({ id }) => id > known).reverse()],
  };
}

/** An EXPRESS execution takes no longer. */
const LONGEST_EXPRESS_MILLISECONDS = 5 * 60_000;

async function fromLogs(
  arn: string,
  machineArn: string,
  machine: MachineGraph,
  signal: AbortSignal,
  before: LoadedExecution | undefined,
): Promise<LoadedExecution> {
  const logGroupName = await logGroupOf(machineArn);
  const asked = {
    logGroupName,
    filterPattern: `{ $.execution_arn = ${JSON.stringify(arn)} }`,
    startTime: before?.events.at(-1)?.time ?? earliestOf(machineArn, arn),
  };
  const byId = new Map(before?.events.map((event) => [event.id, event]));
  let nextToken: string | undefined;
  do {
    const page = await call('logs', 'FilterLogEvents', { ...asked, nextToken }, signal);
    for (const { message = '' } of page.events ?? []) {
      const line = fromLog(message);
      if (line !== undefined) byId.set(line.event.id, line.event);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const events = [...byId.values()].sort((a, b) => a.id - b.id);
  if (events.length === 0) throw new Error('nothing of it is in the log: it has just begun, or is no longer kept');
  const last = events.at(-1);
  const status = (last && statusAfter(last)) ?? 'RUNNING';
  return {
    ...{ arn, name: executionName(arn), status, events, machine },
    start: events[0]?.time ?? Number.NaN,
    stop: status === 'RUNNING' ? undefined : last?.time,
    input: events.find(({ type }) => type === 'ExecutionStarted')?.details.input,
    output: last?.details.output,
  };
}

/** No event of it is earlier; undefined for one that is not listed. A row without its start has the time of its end. */
function earliestOf(machineArn: string, arn: string): number | undefined {
  const { start } = listOf(machineArn).row(arn) ?? {};
  return start && Math.max(0, start - LONGEST_EXPRESS_MILLISECONDS);
}
