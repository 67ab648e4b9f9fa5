import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logGroupOf, logLines } from '../../../cli/operations/function-log.ts';
import { startCloudFormationApi } from '../../../emulator/cloudformation/api.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { startLogsApi } from '../../../emulator/cloudwatch-logs/api.ts';
import type { LogEvent } from '../../../emulator/cloudwatch-logs/filter-log-events.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';

const group = (name: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name } });
const stack = readTemplate({
  Resources: {
    ScanObjectLogs1234ABCD: group('one-scan'),
    NotifyLogs1234ABCD: group('one-notify'),
    SecondNotifyLogs1234ABCD: group('second-notify'),
    SomebodysLogs: group('somebodys'),
    TopicLogs1234ABCD: { Type: 'AWS::SNS::Topic' },
  },
});
const events: LogEvent[] = [];
const stream = { name: '$LATEST', from: 0, to: Number.MAX_SAFE_INTEGER, events: () => events };
const authorize = async () => ({ allowed: true, reason: '', grants: [] });
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
let apis: Listening[];
let formation: CloudFormationClient;
let logs: CloudWatchLogsClient;

beforeAll(async () => {
  const [stacks, groups] = await Promise.all([
    startCloudFormationApi({ stack, authorize }),
    startLogsApi({ streamsOf: (name) => (name === 'one-notify' ? [stream] : undefined), authorize }),
  ]);
  apis = [stacks, groups];
  const options = { region: 'us-east-1', credentials, maxAttempts: 1 };
  formation = new CloudFormationClient({ ...options, endpoint: stacks.endpoint });
  logs = new CloudWatchLogsClient({ ...options, endpoint: groups.endpoint });
});
afterAll(async () => {
  formation.destroy();
  logs.destroy();
  await Promise.all(apis.map((api) => api.close()));
});

describe('the log group of a function', () => {
  const find = (name: string, airlock = '') => logGroupOf(formation, `${stack.name}${airlock}`, name);
  const refOf = (id: string) => stack.ofType('AWS::Logs::LogGroup').find(({ logicalId }) => logicalId === id)?.ref;

  it('is found by the name of the function, in the airlock of the stack', async () => {
    expect(await find('ScanObject')).toBe(refOf('ScanObjectLogs1234ABCD'));
    expect(await find('Notify')).toBe(refOf('NotifyLogs1234ABCD'));
    expect(await find('Notify', '/Second')).toBe(refOf('SecondNotifyLogs1234ABCD'));
  });

  it.each(['Notfy', 'Topic', 'Somebodys', 'constructor', ''])(
    'is not found by %j; the names that there are follow',
    async (name) => {
      await expect(find(name)).rejects.toThrow(
        /^the stack has no log of ".*"(, did you mean Notify\?)?; it has: Notify, ScanObject/,
      );
    },
  );
});

describe('what was logged', () => {
  it('is printed in order from that time on, over all pages', async () => {
    const count = 10_005;
    events.push(
      ...Array.from({ length: count }, (_, index) => ({
        timestamp: 1000 + index,
        message: `line ${index}\n`,
      })),
    );
    const lines: string[] = [];
    for await (const { time, message } of logLines(logs, 'one-notify', new Date(1003)))
      lines.push(`${time} ${message}`);
    expect(lines).toHaveLength(count - 3);
    expect([lines[0], lines.at(-1)]).toEqual([
      '1970-01-01T00:00:01.003Z line 3',
      `1970-01-01T00:00:11.004Z line ${count - 1}`,
    ]);
  });
});
