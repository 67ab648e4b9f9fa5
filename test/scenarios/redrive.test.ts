import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStack } from '../../cli/operations/deployed-stack.ts';
import { type RedriveClients, redrive } from '../../cli/operations/redrive-messages.ts';
import type { RedrivenRow } from '../../cli/operations/redriven-row.ts';
import { redriveExecutions } from '../../cli/operations/restart-executions.ts';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { METRICS_CHANNEL, type Recorded } from '../../functions/adapters/aws/metrics.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/*
 * An alarm rings, its cause is mended, the operator's command brings every object to its verdict; a second time
 * it does nothing. EventBridge, Step Functions and SQS are spoken to by the SDK, as on AWS.
 */
let airlock: Airlock;
let refused: string | undefined;
let executions: Execution[] = [];
let lines: string[] = [];
const told: string[] = [];
const opened: { destroy(): void }[] = [];

beforeAll(async () => {
  airlock = await Airlock.start({
    onExecution: (execution) => executions.push(execution),
    onDeliver: () => {
      if (refused !== undefined) throw new Error(refused);
    },
  });
});
afterEach(() => {
  airlock.beforeInvocation(undefined);
  refused = undefined;
  executions = [];
  lines = [];
});
afterAll(async () => {
  for (const client of opened) client.destroy();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const machine = (start: string) =>
  airlock.pipeline.stack.ofType('AWS::StepFunctions::StateMachine').find(({ logicalId }) => logicalId.startsWith(start))
    ?.arn ?? '';

const queue = (start: string) =>
  airlock.pipeline.stack
    .ofType('AWS::SQS::Queue')
    .find(({ logicalId }) => logicalId.startsWith(start))
    ?.ref.split('/')
    .at(-1) ?? '';

const inQueue = (name: string) => airlock.pipeline.queues.byName(name)?.counts.visible;

function clients(principal = OPERATOR) {
  const { endpoints, s3 } = airlock.pipeline;
  const credentials = { accessKeyId: accessKeyIdOf(principal), secretAccessKey: 'local' };
  const at = (endpoint: string) => ({ region: 'us-east-1', credentials, endpoint });
  const made = {
    stepFunctions: new SFNClient(at(endpoints.stepFunctions)),
    eventBridge: new EventBridgeClient(at(endpoints.eventBridge)),
    sqs: new SQSClient(at(endpoints.sqs)),
    s3: new S3Client(at(s3.endpoint)),
  };
  opened.push(...Object.values(made));
  return made;
}

const report = (row: RedrivenRow) => {
  told.push(Object.values(row).join('\t'));
  lines.push(row.outcome);
};

async function emptyOut(
  name: string,
  {
    dryRun = false,
    principal = OPERATOR,
    ...others
  }: { dryRun?: boolean; principal?: string } & Partial<RedriveClients> = {},
) {
  const queueUrl = `${airlock.pipeline.endpoints.sqs}/000000000000/${name}`;
  const credentials = { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'local' };
  const endpoint = airlock.pipeline.endpoints.cloudFormation;
  const cloudFormation = new CloudFormationClient({ region: 'us-east-1', credentials, endpoint });
  opened.push(cloudFormation);
  const deployed = await describeStack(cloudFormation, 'S3Airlock');
  return redrive({ ...clients(principal), ...others }, { deployed, queueUrl, dryRun, waitSeconds: 0, report });
}

describe('uploads that EventBridge could not deliver', () => {
  const keys = Array.from({ length: 12 }, (_, index) => `late ${index}+%2B.txt`);

  it('lie in the dead-letter queue, and its alarm goes off', async () => {
    refused = 'scripted';
    for (const Key of keys) {
      const put = new PutObjectCommand({ Bucket: VERSIONED, Key, Body: Key });
      await airlock.pipeline.client(UPLOADER).send(put);
    }
    expect(executions).toEqual([]);
    expect(inQueue(queue('UndeliveredUploads'))).toBe(keys.length);
    expect(airlock.alarms()).toEqual([expect.stringMatching(/^Uploads are in the dead-letter queue/)]);
  });

  it('stay there when they are only looked at', async () => {
    expect(await emptyOut(queue('UndeliveredUploads'), { dryRun: true })).toEqual({ found: keys.length, failed: 0 });
    expect(lines).toEqual(keys.map(() => 'would start'));
    expect(told.at(-1)).toMatch(/\ts3:\/\/uploads\/late \d+\+%2B\.txt\tSDK_CLIENT_ERROR: scripted$/);
    expect(executions).toEqual([]);
    expect(inQueue(queue('UndeliveredUploads'))).toBe(keys.length);
  });

  it('and when whoever asks may not start them', async () => {
    await expect(emptyOut(queue('UndeliveredUploads'), { principal: READER })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(inQueue(queue('UndeliveredUploads'))).toBe(keys.length);
    const { stepFunctions } = clients(READER);
    expect(await emptyOut(queue('UndeliveredUploads'), { stepFunctions })).toEqual({
      found: keys.length,
      failed: keys.length,
    });
    expect(told.at(-1)).toMatch(/^failed\t.*AccessDeniedException.*; SDK_CLIENT_ERROR: scripted$/);
    expect(lines).toEqual(keys.map(() => 'failed'));
    expect(inQueue(queue('UndeliveredUploads'))).toBe(keys.length);
  });

  it('get their executions by a redrive, with the input that the rule gives, and leave the queue', async () => {
    const messages = airlock.pipeline.queues.byName(queue('UndeliveredUploads'))?.messages() ?? [];
    expect(await emptyOut(queue('UndeliveredUploads'))).toEqual({ found: keys.length, failed: 0 });
    await airlock.pipeline.idle();
    expect(inQueue(queue('UndeliveredUploads'))).toBe(0);
    expect(executions.map(({ input }) => input)).toContainEqual({
      detail: expect.objectContaining({ object: expect.objectContaining({ key: keys[0] }) }),
      policy: expect.objectContaining({ onInfected: 'tag' }),
    });
    for (const { result } of executions) expect(await result).toMatchObject({ status: 'SUCCEEDED' });
    for (const key of keys) {
      expect(await airlock.tags({ bucket: VERSIONED, key, versionId: undefined })).toMatchObject({
        'scan-status': 'CLEAN',
      });
    }

    // Delivered once more, as SQS may.
    executions = [];
    lines = [];
    for (const message of messages) airlock.pipeline.queues.byName(queue('UndeliveredUploads'))?.send(message);
    expect(await emptyOut(queue('UndeliveredUploads'))).toEqual({ found: keys.length, failed: 0 });
    expect(lines).toEqual(keys.map(() => 'already started'));
    expect(executions).toEqual([]);
    expect(inQueue(queue('UndeliveredUploads'))).toBe(0);
  });

  it('leave behind what nobody can make anything of', async () => {
    const name = queue('UndeliveredUploads');
    airlock.pipeline.queues.byName(name)?.send({ body: 'not an event' });
    expect(await emptyOut(name)).toEqual({ found: 1, failed: 1 });
    expect(lines).toEqual(['failed']);
    expect(inQueue(name)).toBe(1);
  });
});

describe('a rescan that its schedule could not start', () => {
  it('starts by a redrive, once', async () => {
    const { schedules } = airlock.pipeline;
    refused = 'scripted';
    const time = new Date(Date.now() - 1000);
    await expect(schedules.fire(schedules.names[0] ?? '', time)).rejects.toThrow('scripted');
    refused = undefined;
    expect(airlock.alarms()).toContainEqual(expect.stringMatching(/^Rescans are in the dead-letter queue/));

    const name = queue('UndeliveredRescans');
    const [message] = airlock.pipeline.queues.byName(name)?.messages() ?? [];
    expect(await emptyOut(name)).toEqual({ found: 1, failed: 0 });
    expect(executions.map(({ input }) => input)).toMatchObject([{ bucket: VERSIONED, strategy: 'due' }]);
    expect(await executions[0]?.result).toMatchObject({ status: 'SUCCEEDED' });
    airlock.pipeline.queues.byName(name)?.send(message ?? { body: '' });
    expect(await emptyOut(name)).toEqual({ found: 1, failed: 0 });
    expect(lines).toEqual(['started', 'already started']);
    expect(inQueue(name)).toBe(0);
  });
});

describe('the command', () => {
  const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);

  it('needs nothing but the environment, and says what it does', async () => {
    const since = new Date().toISOString();
    airlock.beforeInvocation(({ task }) => {
      if (task === 'scan-object') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    const { result } = await airlock.upload('by-command.txt', 'all is well');
    airlock.beforeInvocation(undefined);
    expect(await run('redrive-executions', 'uploads', '--since', since)).toEqual({
      stdout: expect.stringMatching(
        new RegExp(
          `^started\tagain-[0-9a-f]{40}\ts3://${VERSIONED}/by-command.txt\tfor ${result.arn.split(':').at(-1)}\n$`,
        ),
      ),
      stderr: '1 found, 0 could not be started\n',
      code: 0,
    });
  });

  it('starts again what is deployed, and not the lax input that somebody made up', async () => {
    const since = new Date().toISOString();
    const { upload, tags } = await airlock.upload('page.html', '<html><script>alert(1)</script></html>');
    expect(tags).toMatchObject({ 'scan-status': 'REJECTED' });
    const { bucket, key, versionId = '' } = upload;
    const object = { key, 'version-id': versionId, size: 38, etag: upload.etag };
    const policy = { maxObjectBytes: 1000, allowedTypes: ['*'], onInfected: 'tag' };
    const forged = (name: string, input: object) =>
      clients().stepFunctions.send(
        new StartExecutionCommand({ stateMachineArn: machine('ScanUpload'), name, input: JSON.stringify(input) }),
      );
    airlock.beforeInvocation(({ task }) => {
      if (task === 'check-file-type') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    executions = [];
    airlock.pipeline.s3.createBucket('mine');
    await forged('lax', { detail: { bucket: { name: bucket }, object }, policy });
    await forged('foreign', { detail: { bucket: { name: 'mine' }, object } });
    await Promise.all(executions.map(({ result }) => result));
    airlock.beforeInvocation(undefined);
    executions = [];

    const { stdout, code } = await run('redrive-executions', 'uploads', '--since', since);
    expect(stdout.split('\n').sort()).toEqual([
      '',
      expect.stringMatching(
        /^failed\t-\texecution foreign\tForeignMessage: the stack does not watch the bucket "mine"$/,
      ),
      expect.stringMatching(/^started\tagain-[0-9a-f]{40}\ts3:\/\/uploads\/page.html\tfor lax$/),
    ]);
    expect(code).toBe(1);
    expect(executions.map(({ input }) => input)).toMatchObject([
      { detail: { object: { key, size: 38, 'version-id': versionId } }, policy: { maxObjectBytes: 20_000_000 } },
    ]);
    await executions[0]?.result;
    expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'REJECTED' });
  });

  it('starts a scan of each object that is named, as often as it is', async () => {
    const { upload } = await airlock.upload('named.txt', 'all is well');
    const { bucket, key, versionId } = upload;
    executions = [];
    // What a log says of the size and the policy counts for nothing.
    const line = JSON.stringify({ bucket, key, versionId, object: { size: 0 }, policy: { allowedTypes: ['*'] } });
    const gone = JSON.stringify({ bucket, key: 'gone', versionId: null });
    const input = `${line}\n${line}\n${gone}\nnonsense\n`;
    const objects = (...args: string[]) =>
      airlockCommand(airlock.pipeline, ['redrive-objects', ...args], OPERATOR, input);
    const looked = await objects('--dry-run');
    expect(looked).toMatchObject({ stdout: expect.stringMatching(/^would start\t-\ts3:\/\/uploads\/named.txt\t\n/) });
    expect(executions).toEqual([]);
    const { stdout, stderr, code } = await objects();
    expect({ lines: stdout.split('\n').map((said) => said.split('\t')[0]), stderr, code }).toEqual({
      lines: ['started', 'started', 'gone', 'failed', ''],
      stderr: '4 found, 1 could not be started\n',
      code: 1,
    });
    expect(executions).toHaveLength(2);
    for (const { input, result } of executions) {
      expect(input).toMatchObject({ detail: { object: { key, size: 11 } }, policy: { maxObjectBytes: 20_000_000 } });
      expect(await result).toMatchObject({ status: 'SUCCEEDED' });
    }
  });

  it('exits with 1 when something is left, with 2 when it cannot do anything, or was not understood', async () => {
    const name = queue('UndeliveredUploads');
    const url = `${airlock.pipeline.endpoints.sqs}/000000000000/${name}`;
    airlock.pipeline.queues.byName(name)?.send({ body: 'not an event' });
    const [left, nowhere, never] = await Promise.all([
      run('redrive', 'uploads'),
      run('redrive', `${url}x`),
      run('redrive-executions', machine('ScanUpload'), '--since', 'tomorrow'),
    ]);
    expect(left).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^failed\t-\tmessage \S+\tMalformedMessage: .*\n/),
      stderr: expect.stringMatching(/^(\d) found, \1 could not be started\n$/),
    });
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: \w*QueueDoesNotExist/) });
    expect(never).toMatchObject({ code: 2, stderr: expect.stringContaining('not a time') });
  });
});

describe('the command refuses, and says what it takes instead', () => {
  it.each([
    [['redrive', 'nonsense'], 'neither an id of `airlock failures` nor s3://BUCKET/KEY'],
    [['redrive-executions', 'nonsense', '--since', '2026-01-01'], 'nor the ARN of a state machine'],
    [['redrive-executions', 'uploads', '--since', '2026-01-02', '--until', '2026-01-01'], "later than '--until"],
    [['redrive-executions', 'uploads', '--since', '9999-01-01'], "later than '--until"],
    [['redrive', 'uploads', '--stack', 'Elsewhere'], 'Elsewhere does not exist'],
  ])('%j', async (args, said) => {
    const { code, stdout, stderr } = await airlockCommand(airlock.pipeline, args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });
});

describe('executions that failed', () => {
  it('start again with their input, once each', async () => {
    const since = new Date();
    airlock.beforeInvocation(({ task }) => {
      if (task === 'scan-object') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    const failed = await airlock.upload('fails.txt', 'all is well');
    expect(failed).toMatchObject({ result: { status: 'FAILED' }, tags: { 'scan-status': 'ERROR' } });
    expect(airlock.alarms()).toContainEqual(expect.stringMatching(/^Executions failed/));

    airlock.beforeInvocation(undefined);
    executions = [];
    const { stepFunctions } = clients();
    const options = { stateMachineArn: machine('ScanUpload'), since, until: new Date(), dryRun: false, report };
    expect(await redriveExecutions(stepFunctions, { ...options, dryRun: true })).toEqual({ found: 1, failed: 0 });
    expect(executions).toEqual([]);
    expect(await redriveExecutions(stepFunctions, options)).toEqual({ found: 1, failed: 0 });
    expect(executions.map(({ input }) => input)).toEqual([failed.upload.execution.input]);
    expect(await executions[0]?.result).toMatchObject({ status: 'SUCCEEDED' });
    expect(await airlock.tags(failed.upload)).toMatchObject({ 'scan-status': 'CLEAN' });

    executions = [];
    expect(await redriveExecutions(stepFunctions, options)).toEqual({ found: 1, failed: 0 });
    expect(executions).toEqual([]);
    expect(lines).toEqual(['would start', 'started', 'already started']);
  });
});

it('what a scan took and came to is measured', async () => {
  const measured: Pick<Recorded, 'dimensions' | 'values'>[] = [];
  const listen = (message: unknown) => {
    const { dimensions, values } = message as Recorded;
    measured.push({ dimensions, values });
  };
  METRICS_CHANNEL.subscribe(listen);
  await airlock.upload('measured.txt', 'all is well');
  METRICS_CHANNEL.unsubscribe(listen);
  expect(measured).toEqual([
    {
      dimensions: { service: expect.any(String) },
      values: { ObjectsScanned: 1, BytesScanned: 'all is well'.length, ScanMilliseconds: expect.any(Number) },
    },
    { dimensions: { service: expect.any(String) }, values: { ScanFailed: 0 } },
    { dimensions: { service: expect.any(String), Status: 'CLEAN' }, values: { Verdicts: 1 } },
  ]);
});

describe('the API of Step Functions', () => {
  const start = (name: string, input: object, principal = OPERATOR) =>
    clients(principal).stepFunctions.send(
      new StartExecutionCommand({ stateMachineArn: machine('ScanUpload'), name, input: JSON.stringify(input) }),
    );

  it('starts what an application asks for, and tells what became of it', async () => {
    const { upload } = await airlock.upload('asked.txt', 'all is well');
    executions = [];
    const { executionArn } = await start('asked', upload.execution.input as object);
    const { stepFunctions } = clients();
    await executions[0]?.result;
    expect(await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'SUCCEEDED',
      name: 'asked',
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      input: JSON.stringify(upload.execution.input),
    });
    await expect(start('asked', upload.execution.input as object)).rejects.toThrow('Execution Already Exists');
  });

  it('fails what makes no sense, and lets in only who may', async () => {
    await expect(start('not a name', {})).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(start('reader', {}, READER)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const { stepFunctions } = clients();
    const nowhere = new StartExecutionCommand({ stateMachineArn: `${machine('ScanUpload')}x`, input: '{}' });
    await expect(stepFunctions.send(nowhere)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});
