import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  type ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { expect, it } from '@jest/globals';
import { type Start, startsNear } from '../../../cli/operations/executions-near.ts';

/** Step Functions with one execution a minute, newest first, as many in an answer as are asked for. */
function machine(
  minutes: number,
  changed: (execution: ExecutionListItem, at: number) => ExecutionListItem = (one) => one,
) {
  const asked = { pages: 0, described: [] as number[] };
  const all: ExecutionListItem[] = Array.from({ length: minutes }, (_, at) => ({
    ...{ executionArn: `${at}`, name: `${at}`, stateMachineArn: 'm', status: 'SUCCEEDED' as const },
    startDate: minutesAgo(at),
  })).map(changed);
  const send = async (command: unknown) => {
    if (command instanceof DescribeExecutionCommand) {
      asked.described.push(Number(command.input.executionArn));
      return { input: `{"at":${command.input.executionArn}}` };
    }
    const { maxResults = 0, nextToken = '0' } = (command as ListExecutionsCommand).input;
    asked.pages += 1;
    const end = Number(nextToken) + maxResults;
    return { executions: all.slice(Number(nextToken), end), ...(end < all.length && { nextToken: String(end) }) };
  };
  return { client: Object.assign(new SFNClient({ region: 'us-east-1' }), { send }), asked };
}

async function collected(starts: AsyncIterable<Start>): Promise<Start[]> {
  const found: Start[] = [];
  for await (const start of starts) found.push(start);
  return found;
}

const NOW = Date.parse('2026-11-26T12:00:00Z');
const minutesAgo = (count: number) => new Date(NOW - count * 60_000);
const between = (from: number, to: number) => ({ from: minutesAgo(from), to: minutesAgo(to) });

it('gives what began in one of the times, with its input, and reads no further back', async () => {
  const { client, asked } = machine(50_000);
  const starts = await collected(startsNear(client, 'm', [between(2510, 2505), between(3, 0)]));
  expect(starts.map(({ executionArn }) => Number(executionArn)).sort((a, b) => a - b)).toEqual([
    ...[0, 1, 2, 3],
    ...[2505, 2506, 2507, 2508, 2509, 2510],
  ]);
  expect(starts.find(({ executionArn }) => executionArn === '2507')).toEqual({
    executionArn: '2507',
    at: minutesAgo(2507),
    input: '{"at":2507}',
  });
  expect(asked.pages).toBe(3);
});

it('looks at a thousand at most: those that are nearest to an end of the times', async () => {
  const { client, asked } = machine(6000);
  expect(await collected(startsNear(client, 'm', [between(5000, 100)]))).toHaveLength(1000);
  const far = asked.described.filter((at) => at > 600 && at < 4500);
  expect(far).toEqual([]);
});

it('has nothing where nothing began', async () => {
  const { client, asked } = machine(10);
  expect(await collected(startsNear(client, 'm', [between(500, 400)]))).toEqual([]);
  expect(asked.described).toEqual([]);
});

it('reads on behind an execution that began long ago and ended lately', async () => {
  const isLong = (at: number) => at === 999;
  const { client } = machine(3000, (execution, at) =>
    isLong(at) ? { ...execution, startDate: minutesAgo(20_000), stopDate: minutesAgo(at) } : execution,
  );
  const starts = await collected(startsNear(client, 'm', [between(2510, 2509)]));
  expect(starts.map(({ executionArn }) => executionArn).toSorted()).toEqual(['2509', '2510']);
});
