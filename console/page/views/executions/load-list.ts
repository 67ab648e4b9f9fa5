import { call, callEach, ServiceFault } from '../../lib/call.ts';
import { generation } from '../../lib/connection.ts';
import type { Machine } from '../../lib/machines.ts';
import { machineGraph } from '../../lib/machines.ts';
import { executionName } from '../../model/arns.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import { fromLog, statusAfter } from '../../model/events.ts';
import { ExecutionList, RUNNING } from '../../model/execution-list.ts';

/** Executions of the first page of a listing, which mostly says all that is new, and of later ones. */
const FIRST_PAGE = 100;
const LATER_PAGES = 1000;
/** Executions that are asked for their input and output at once. */
const DIGESTS_AT_ONCE = 200;

/** Kept while other views are shown. */
const lists = new Map<string, ExecutionList>();
const logsReadTo = new Map<string, number>();
generation.subscribe(() => {
  lists.clear();
  logsReadTo.clear();
});

export function listOf(machineArn: string): ExecutionList {
  const list = lists.get(machineArn) ?? new ExecutionList();
  lists.set(machineArn, list);
  return list;
}

/** Brings the list up to date. */
export async function loadList({ stateMachineArn = '', type }: Machine, signal: AbortSignal): Promise<void> {
  const list = listOf(stateMachineArn);
  if (type === 'EXPRESS') await readLog(stateMachineArn, list, signal);
  else await readListing(stateMachineArn, list, signal);
}

/** Whose last listing came to its end. */
const whole = new WeakSet<ExecutionList>();

async function readListing(stateMachineArn: string, list: ExecutionList, signal: AbortSignal): Promise<void> {
  // One that was interrupted leaves a gap: the next reads everything.
  const knownBefore = whole.has(list) ? list.knownBefore : Number.NEGATIVE_INFINITY;
  whole.delete(list);
  let nextToken: string | undefined;
  do {
    const maxResults = nextToken === undefined ? FIRST_PAGE : LATER_PAGES;
    const page = await call('states', 'ListExecutions', { stateMachineArn, maxResults, nextToken }, signal);
    const listed = (page.executions ?? []).map(
      ({ executionArn = '', name = '', status = '', startDate, stopDate }) => ({
        ...{ arn: executionArn, name, status },
        start: Date.parse(startDate ?? ''),
        stop: stopDate === undefined ? undefined : Date.parse(stopDate),
      }),
    );
    list.merge(listed);
    nextToken = page.nextToken;
    if ((listed.at(-1)?.start ?? 0) < knownBefore) break;
  } while (nextToken !== undefined);
  whole.add(list);
}

/** EXPRESS executions are known from their log only. */
async function readLog(stateMachineArn: string, list: ExecutionList, signal: AbortSignal): Promise<void> {
  const logGroupName = await logGroupOf(stateMachineArn);
  if (logGroupName === undefined) return;
  const startTime = logsReadTo.get(stateMachineArn);
  let latest = startTime ?? 0;
  let nextToken: string | undefined;
  do {
    const page = await call('logs', 'FilterLogEvents', { logGroupName, startTime, nextToken }, signal);
    for (const { message = '', timestamp = 0 } of page.events ?? []) {
      latest = Math.max(latest, timestamp);
      takeLine(list, message);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  list.renew();
  if (latest > 0) logsReadTo.set(stateMachineArn, latest);
}

function takeLine(list: ExecutionList, message: string): void {
  const { arn, event } = fromLog(message) ?? {};
  if (arn === undefined || event === undefined) return;
  const ended = statusAfter(event);
  const known = list.row(arn);
  if (known !== undefined && ended === undefined) return;
  const start = known?.start ?? event.time;
  const status = ended ?? RUNNING;
  list.merge([{ arn, name: executionName(arn), status, start, stop: ended === undefined ? undefined : event.time }]);
  const before = known?.digest ?? digestOf(event.details.input, undefined);
  const { verdict, finding } = digestOf(undefined, event.details.output);
  list.setDigest(arn, { ...before, verdict, finding: finding ?? event.details.error }, status);
}

/** The log group that a state machine writes to. */
export async function logGroupOf(stateMachineArn: string): Promise<string | undefined> {
  const { described } = await machineGraph(stateMachineArn);
  const [destination] = described.loggingConfiguration?.destinations ?? [];
  return destination?.cloudWatchLogsLogGroup?.logGroupArn?.split(':log-group:')[1]?.replace(/:\*$/, '');
}

/**
 * Reads what the rows say beside their times, those in sight first.
 * @returns whether more are missing
 */
export async function loadDigests(
  machineArn: string,
  inSight: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const list = listOf(machineArn);
  const wanted = list.withoutDigest(inSight, DIGESTS_AT_ONCE);
  if (wanted.length === 0) return false;
  const inputs = wanted.map(({ arn }) => ({ executionArn: arn }));
  const answers = await callEach('states', 'DescribeExecution', inputs, signal);
  answers.forEach((answer, at) => {
    const arn = wanted[at]?.arn ?? '';
    if (answer instanceof ServiceFault) list.setDigest(arn, noLongerKept, wanted[at]?.status ?? '');
    else {
      const digest = digestOf(answer.input, answer.output);
      list.setDigest(arn, { ...digest, finding: digest.finding ?? answer.error }, answer.status ?? '');
    }
  });
  list.renew();
  return wanted.length === DIGESTS_AT_ONCE;
}

const noLongerKept: Digest = {
  title: '',
  ...{ bucket: undefined, versionId: undefined, size: undefined, verdict: undefined },
  finding: 'no longer kept',
};
