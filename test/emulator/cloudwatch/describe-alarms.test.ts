import { CloudWatchClient, DescribeAlarmsCommand, type DescribeAlarmsCommandInput } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { watchAlarms } from '../../../emulator/cloudwatch/alarms.ts';
import { startCloudWatchApi } from '../../../emulator/cloudwatch/api.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:Topic';
const METRIC = { Namespace: 'AWS/SQS', MetricName: 'Depth', Statistic: 'Sum', Threshold: 1 };
let api: Listening;
let client: CloudWatchClient;
beforeAll(async () => {
  const alarm = (properties: object) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { ComparisonOperator: 'GreaterThanOrEqualToThreshold', ...METRIC, ...properties },
  });
  const stack = readTemplate({
    Resources: {
      Topic: { Type: 'AWS::SNS::Topic' },
      Loud: alarm({ AlarmActions: [{ Ref: 'Topic' }], AlarmDescription: 'Look there.' }),
      Quiet: alarm({ AlarmActions: [{ Ref: 'Topic' }], ActionsEnabled: false, MetricName: 'Other' }),
      Elsewhere: alarm({ AlarmActions: ['arn:aws:sns:us-east-1:000000000000:Others'], MetricName: 'Other' }),
    },
  });
  const alarms = watchAlarms(stack, () => undefined);
  alarms.record({ namespace: 'AWS/SQS', metricName: 'Depth', dimensions: {}, value: 1 });
  api = await startCloudWatchApi({
    gauge: () => undefined,
    alarms,
    authorize: async (who) => ({ allowed: who === 'operator', reason: 'not you', grants: [] }),
  });
  client = clientOf('operator');
});
afterAll(async () => {
  client.destroy();
  await api.close();
});

const clientOf = (accessKeyId: string) =>
  new CloudWatchClient({
    endpoint: api.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  });
const namesOf = async (input: DescribeAlarmsCommandInput) =>
  ((await client.send(new DescribeAlarmsCommand(input))).MetricAlarms ?? []).map(({ AlarmName }) => AlarmName);

it('describes each alarm, with its state', async () => {
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['Loud', 'Quiet'] }));
  expect(MetricAlarms).toEqual([
    expect.objectContaining({
      AlarmName: 'Loud',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:Loud',
      AlarmDescription: 'Look there.',
      StateValue: 'ALARM',
      StateReason: 'Threshold Crossed: Sum of Depth is 1, the threshold 1',
      StateTransitionedTimestamp: expect.any(Date),
      StateUpdatedTimestamp: expect.any(Date),
      ActionsEnabled: true,
      AlarmActions: [TOPIC],
    }),
    expect.objectContaining({ AlarmName: 'Quiet', StateValue: 'OK', ActionsEnabled: false }),
  ]);
});

it.each<[DescribeAlarmsCommandInput, string[]]>([
  [{}, ['Loud', 'Quiet', 'Elsewhere']],
  [{ StateValue: 'ALARM' }, ['Loud']],
  [{ ActionPrefix: TOPIC }, ['Loud', 'Quiet']],
  [{ AlarmNamePrefix: 'E' }, ['Elsewhere']],
])('finds by %j', async (input, names) => {
  expect(await namesOf(input)).toEqual(names);
});

it('answers page by page', async () => {
  const { MetricAlarms, NextToken } = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2 }));
  expect(MetricAlarms).toHaveLength(2);
  expect(await namesOf({ MaxRecords: 2, NextToken })).toEqual(['Elsewhere']);
});

it('refuses what it does not serve, and whom IAM denies', async () => {
  await expect(namesOf({ ChildrenOfAlarmName: 'Loud' })).rejects.toMatchObject({ name: 'NotImplemented' });
  const other = clientOf('reader');
  const refused = other.send(new DescribeAlarmsCommand({})).finally(() => other.destroy());
  await expect(refused).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
