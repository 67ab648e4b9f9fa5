import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from '@jest/globals';
import { failedExpress } from '../../../cli/operations/failures/failed-express.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload';
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:express:ScanUpload:a:b';
const TIME = Date.parse('2026-01-31T09:00:00Z');
const event = (type: string, details: object) =>
  JSON.stringify({ id: '9', type, details, event_timestamp: String(TIME), execution_arn: EXECUTION });
const input = JSON.stringify({
  detail: { bucket: { name: 'uploads' }, object: { key: 'a b.txt', 'version-id': 'v' } },
  error: { Error: 'EngineUnavailable', Cause: '{"errorMessage":"down","trace":[]}' },
});
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  FailStateEntered: [event('FailStateEntered', { name: 'Scan Failed', input }), 'no JSON'],
  ExecutionTimedOut: [event('ExecutionTimedOut', {})],
};

it('finds what EXPRESS executions failed with, and the object, in their log', async () => {
  const logGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/scan:*';
  const loggingConfiguration = { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] };
  const stepFunctions = { send: async () => ({ loggingConfiguration }) } as unknown as SFNClient;
  const asked: unknown[] = [];
  const logs = Object.assign(
    Object.create((await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient.prototype),
    {
      async send({ input: request }: { input: { filterPattern: string } }) {
        asked.push(request);
        const type = /"(\w+)"/.exec(request.filterPattern)?.[1] ?? '';
        return { events: (MESSAGES[type] ?? []).map((message) => ({ message })) };
      },
    },
  ) as CloudWatchLogsClient;
  const started: unknown[] = [];
  const startFor = async (claim: object) => {
    started.push(claim);
    return undefined;
  };
  const times = { since: new Date(TIME - 1000), until: new Date(TIME + 1000) };
  const found = [];
  for await (const one of failedExpress({ stepFunctions, logs }, { stateMachineArn: MACHINE, startFor, ...times })) {
    found.push(one);
  }
  const common = { kind: 'execution', when: '2026-01-31T09:00:00.000Z', execution: EXECUTION };
  expect(found.map(({ failure }) => failure)).toEqual([
    expect.objectContaining({
      ...{ ...common, bucket: 'uploads', key: 'a b.txt', versionId: 'v' },
      ...{ cause: 'Scan Failed: EngineUnavailable: down', redrive: 'scans the object again' },
    }),
    expect.objectContaining({ ...common, key: null, redrive: expect.stringMatching(/^nothing: .*unscanned/) }),
  ]);
  await found[0]?.start();
  expect(started).toEqual([{ kind: 'upload', bucket: 'uploads', key: 'a b.txt', versionId: 'v' }]);
  await expect(found[1]?.start()).rejects.toMatchObject({ name: 'MalformedMessage' });
  expect(asked[0]).toEqual({
    ...{ logGroupName: '/aws/vendedlogs/scan', filterPattern: '{ $.type = "FailStateEntered" }' },
    ...{ startTime: TIME - 1000, endTime: TIME + 1000 },
  });
});
