import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import pMap from 'p-map';

/** A time from which, and until which, executions are looked for. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Step Functions finds executions by nothing but their state, a thousand in an answer: first those that started or ended
 * last.
 */
const MOST_LISTED = 200_000;
/** Each costs a request, of which AWS allows some 15 a second for good. */
const MOST_DESCRIBED = 1000;
const AT_ONCE = 10;

export interface Start {
  readonly executionArn: string;
  readonly at: Date;
  /** JSON. */
  readonly input: string;
}

/**
 * Executions of a STANDARD state machine that began in one of these times, with their inputs: at most a thousand, those
 * that are nearest to the beginning or the end of such a time.
 * @throws what the SDK throws
 */
export async function* startsNear(
  client: SFNClient,
  stateMachineArn: string,
  windows: readonly Window[],
): AsyncGenerator<Start> {
  const distance = ({ startDate = new Date(0) }: ExecutionListItem) =>
    Math.min(
      ...windows.flatMap(({ from, to }) => [from, to].map((end) => Math.abs(startDate.getTime() - end.getTime()))),
    );
  const candidates = (await listed(client, stateMachineArn, windows)).sort((a, b) => distance(a) - distance(b));
  const starts = await pMap(
    candidates.slice(0, MOST_DESCRIBED),
    async ({ executionArn = '', startDate = new Date(0) }) => {
      const { input = '{}' } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return { executionArn, at: startDate, input };
    },
    { concurrency: AT_ONCE },
  );
  yield* starts;
}

async function listed(client: SFNClient, stateMachineArn: string, windows: readonly Window[]) {
  const earliest = Math.min(...windows.map(({ from }) => from.getTime()));
  const found: ExecutionListItem[] = [];
  let count = 0;
  for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn, maxResults: 1000 })) {
    count += executions.length;
    for (const execution of executions) {
      const at = execution.startDate ?? new Date(0);
      if (windows.some(({ from, to }) => at >= from && at <= to)) found.push(execution);
    }
    const last = executions.at(-1);
    const changed = last?.stopDate ?? last?.startDate;
    if (count >= MOST_LISTED || (changed !== undefined && changed.getTime() < earliest)) break;
  }
  return found;
}
