import { call, callEach, ServiceFault } from '../../lib/call.ts';
import { generation } from '../../lib/connection.ts';
import type { Machine } from '../../lib/machines.ts';
import { machineGraph } from '../../lib/machines.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import { ExecutionList } from '../../model/execution-list.ts';
import { ABOUT_EXECUTIONS, takeLines } from '../../model/log-lines.ts';

/** Executions of the first page of a listing, which mostly says all that is new, and of later ones. */
const FIRST_PAGE = 100;
const LATER_PAGES = 1000;
/** Executions that are asked for their input and output at once. */
const DIGESTS_AT_ONCE = 200;

/** Kept while other views are shown. */
const lists = new Map<string, ExecutionList>();
generation.subscribe(() => lists.clear());

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

/** Up to where the log of a list was read. */
const readTo = new WeakMap<ExecutionList, number>();

/** EXPRESS executions are known from their log only. */
async function readLog(stateMachineArn: string, list: ExecutionList, signal: AbortSignal): Promise<void> {
  const logGroupName = await logGroupOf(stateMachineArn);
  if (logGroupName === undefined) return;
  const asked = { logGroupName, filterPattern: ABOUT_EXECUTIONS, startTime: readTo.get(list) };
  let latest = asked.startTime ?? 0;
  let nextToken: string | undefined;
  do {
    const { events = [], ...page } = await call('logs', 'FilterLogEvents', { ...asked, nextToken }, signal);
    for (const { timestamp = 0 } of events) latest = Math.max(latest, timestamp);
    takeLines(
      list,
      events.map(({ message = '' }) => message),
    );
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (latest > 0) readTo.set(list, latest);
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
    if (answer instanceof ServiceFault) list.setDigest(arn, unknownBecause(answer), wanted[at]?.status ?? '');
    else {
      const digest = digestOf(answer.input, answer.output);
      list.setDigest(arn, { ...digest, finding: digest.finding ?? answer.error }, answer.status ?? '');
    }
  });
  list.renew();
  return wanted.length === DIGESTS_AT_ONCE;
}

/** What was refused once is not asked for each time: others wait behind it. */
const unknownBecause = ({ name, message }: ServiceFault): Digest => ({
  title: '',
  ...{ bucket: undefined, versionId: undefined, size: undefined, verdict: undefined },
  finding: name === 'ExecutionDoesNotExist' ? 'no longer kept' : message,
});
