import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from '@jest/globals';
import type { DeployedStack } from '../../../cli/operations/deployed-stack.ts';
import { type ScanTarget, scanObjects } from '../../../cli/operations/scan-objects.ts';

const ARN = 'arn:aws:states:eu-west-1:1:stateMachine:Scan';
const output = JSON.stringify({ verdict: { status: 'CLEAN', finding: null } });

it('of any number of targets only as many are read as are followed at once', async () => {
  const COUNT = 300;
  const AT_ONCE = 7;
  let [read, ended, most] = [0, 0, 0];
  async function* targets(): AsyncGenerator<ScanTarget> {
    for (; read < COUNT; read += 1) {
      most = Math.max(most, read - ended);
      yield { bucket: 'b', key: `${read}` };
    }
  }
  const s3 = {
    send: async ({ input }: ListObjectVersionsCommand) => ({
      Versions: [
        { Key: input.Prefix, VersionId: 'v', ETag: '"e"', Size: 1, IsLatest: true, LastModified: new Date(0) },
      ],
    }),
  } as unknown as S3Client;
  const stepFunctions = {
    send: async (command: object) =>
      command instanceof DescribeExecutionCommand ? { status: 'SUCCEEDED', output } : { executionArn: `${ARN}:x` },
  } as unknown as SFNClient;
  const unfinished = await scanObjects(
    { s3, stepFunctions, logs: {} as CloudWatchLogsClient },
    {
      deployed: { gateOf: () => ({}) } as unknown as DeployedStack,
      machines: [{ arn: ARN, type: 'STANDARD', logGroup: 'g', logsStarts: false }],
      startFor: async () => ({ stateMachineArn: ARN, name: 'n', input: '{}' }),
      targets: targets(),
      atOnce: AT_ONCE,
      signal: new AbortController().signal,
      longestWaitMs: 0,
      onResult({ status }) {
        expect(status).toBe('CLEAN');
        ended += 1;
      },
    },
  );
  expect([ended, unfinished]).toEqual([COUNT, []]);
  expect(most).toBeLessThanOrEqual(AT_ONCE + 1);
});
