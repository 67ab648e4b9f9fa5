import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DetectStackDriftCommand,
  ListStackResourcesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CloudFormationApi, startCloudFormationApi } from '../../../emulator/cloudformation/api.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';

let api: CloudFormationApi;
let client: CloudFormationClient;
const asked: string[] = [];
beforeAll(async () => {
  const stack = readTemplate({
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      Queue: { Type: 'AWS::SQS::Queue' },
      Topic: { Type: 'AWS::SNS::Topic' },
    },
  });
  api = await startCloudFormationApi({
    stack,
    authorize: async (_, action, resource) => {
      asked.push(`${action} ${resource}`);
      return { allowed: true, reason: '', grants: [] };
    },
  });
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'x' };
  client = new CloudFormationClient({ endpoint: api.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await api.close();
});

const StackName = 'S3Airlock';

it('lists the resources of the stack', async () => {
  const { StackResourceSummaries = [] } = await client.send(new ListStackResourcesCommand({ StackName }));
  expect(StackResourceSummaries.map((each) => [each.LogicalResourceId, each.ResourceType])).toEqual([
    ['Role', 'AWS::IAM::Role'],
    ['Queue', 'AWS::SQS::Queue'],
    ['Topic', 'AWS::SNS::Topic'],
  ]);
});

it('takes its time, and then says what drifted', async () => {
  const difference = { PropertyPath: '/A', ExpectedValue: '1', ActualValue: '2', DifferenceType: 'NOT_EQUAL' } as const;
  api.drift.drifted.set('Role', [difference]).set('Queue', []);
  const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName }));
  const status = () => client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
  expect(await status()).toMatchObject({ DetectionStatus: 'DETECTION_IN_PROGRESS' });
  expect(await status()).toMatchObject({
    DetectionStatus: 'DETECTION_COMPLETE',
    StackDriftStatus: 'DRIFTED',
    DriftedStackResourceCount: 2,
  });
  const { StackResourceDrifts = [] } = await client.send(new DescribeStackResourceDriftsCommand({ StackName }));
  expect(
    StackResourceDrifts.map((each) => [
      each.LogicalResourceId,
      each.StackResourceDriftStatus,
      each.PropertyDifferences,
    ]),
  ).toEqual([
    ['Role', 'MODIFIED', [difference]],
    ['Queue', 'DELETED', []],
    ['Topic', 'IN_SYNC', undefined],
  ]);
  expect(asked).toContain('cloudformation:DescribeStackDriftDetectionStatus *');
});

it('filters, and answers page by page', async () => {
  const filter = new DescribeStackResourceDriftsCommand({ StackName, StackResourceDriftStatusFilters: ['MODIFIED'] });
  expect((await client.send(filter)).StackResourceDrifts).toHaveLength(1);
  const page = (NextToken?: string) =>
    client.send(new DescribeStackResourceDriftsCommand({ StackName, MaxResults: 2, NextToken }));
  const first = await page();
  expect(first.StackResourceDrifts).toHaveLength(2);
  expect((await page(first.NextToken)).StackResourceDrifts?.map((each) => each.LogicalResourceId)).toEqual(['Topic']);
});

it.each([
  ['a detection that was never begun', new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: 'x' })],
  ['another stack', new DetectStackDriftCommand({ StackName: 'Other' })],
  ['any other call', new UpdateStackCommand({ StackName })],
])('refuses %s', async (_, command) => {
  await expect(client.send(command as DetectStackDriftCommand)).rejects.toMatchObject({
    name: expect.stringMatching(/^(ValidationError|InvalidAction)$/),
  });
});
