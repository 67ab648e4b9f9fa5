import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStack } from '../../cli/operations/deployed-stack.ts';
import { redrive } from '../../cli/operations/redrive-messages.ts';
import type { RedrivenRow } from '../../cli/operations/redriven-row.ts';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { eicar } from '../../local/samples/eicar.ts';
import { OPERATOR, UPLOADER } from '../../local/stack/pipeline.ts';
import { nameIn } from '../../local/stack/queues.ts';
import { Airlock, leftovers, type Outcome, UNVERSIONED, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/*
 * Somebody writes a dead letter that EventBridge never sent, so that the operator's redrive turns INFECTED into CLEAN.
 * The queue's policy refuses it; and even from the queue it starts nothing.
 */
let airlock: Airlock;
let infected: Outcome;
let executions: Execution[] = [];
let lines: RedrivenRow[] = [];
const opened: { destroy(): void }[] = [];

beforeAll(async () => {
  airlock = await Airlock.start({ onExecution: (execution) => executions.push(execution) });
  infected = await airlock.upload('malware.txt', eicar());
  expect(infected.tags).toMatchObject({ 'scan-status': 'INFECTED' });
  executions = [];
});
afterEach(async () => {
  const { sqs } = clients();
  for (const name of QUEUES) await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl(name) }));
  executions = [];
  lines = [];
});
afterAll(async () => {
  for (const client of opened) client.destroy();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const QUEUES = ['UndeliveredUploads', 'UndeliveredRescans', 'FailedUpdates'];
const queues = () => airlock.pipeline.stack.ofType('AWS::SQS::Queue').map(({ arn }) => nameIn(arn));
const queue = (start: string) => queues().find((name) => name.startsWith(start)) ?? '';
const queueUrl = (start: string) => `${airlock.pipeline.endpoints.sqs}/000000000000/${queue(start)}`;
const arnOf = (type: string, start: string) =>
  airlock.pipeline.stack.ofType(type).find(({ logicalId }) => logicalId.startsWith(start))?.arn ?? '';
const scanUpload = () => arnOf('AWS::StepFunctions::StateMachine', 'ScanUpload');
const rescanBucket = () => arnOf('AWS::StepFunctions::StateMachine', 'RescanBucket');
const schedule = () => arnOf('AWS::Scheduler::Schedule', 'RescanSchedule');

function clients(principal = OPERATOR) {
  const { endpoints, s3 } = airlock.pipeline;
  const credentials = { accessKeyId: accessKeyIdOf(principal), secretAccessKey: 'local' };
  const at = (endpoint: string) => ({ region: 'us-east-1', credentials, endpoint });
  const made = {
    stepFunctions: new SFNClient(at(endpoints.stepFunctions)),
    eventBridge: new EventBridgeClient(at(endpoints.eventBridge)),
    sqs: new SQSClient(at(endpoints.sqs)),
    s3: new S3Client(at(s3.endpoint)),
    cloudFormation: new CloudFormationClient(at(endpoints.cloudFormation)),
  };
  opened.push(...Object.values(made));
  return made;
}

/** An input that calls the malware empty, which needs no scan, under a lax policy. */
const forgedInput = () => {
  const { key, etag, versionId } = infected.upload;
  const object = { key, etag, size: 0, 'version-id': versionId };
  return {
    detail: { bucket: { name: VERSIONED }, object },
    policy: { maxObjectBytes: 1, allowedTypes: ['*'], onInfected: 'tag' },
  };
};
const forgedCall = () => JSON.stringify({ StateMachineArn: scanUpload(), Input: JSON.stringify(forgedInput()) });
const SCHEDULED_TIME = '2026-01-31T09:00:00Z';
const asAttributes = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );

describe('a forged dead letter cannot be sent', () => {
  it.each(QUEUES.flatMap((name) => [UPLOADER, OPERATOR].map((who) => [name, who] as const)))(
    'to %s by %s, whatever IAM grants',
    async (name, who) => {
      const message = new SendMessageCommand({
        QueueUrl: queueUrl(name),
        MessageBody: forgedCall(),
        MessageAttributes: asAttributes({ SCHEDULE_ARN: schedule(), SCHEDULED_TIME }),
      });
      // The operator's own policies allow sqs:*.
      const refusal = who === OPERATOR ? /not authorized.*DenyOtherSenders/ : /not authorized/;
      await expect(clients(who).sqs.send(message)).rejects.toThrow(refusal);
      expect(airlock.pipeline.queues.byName(queue(name))?.messages('visible')).toEqual([]);
    },
  );
});

describe('a forged dead letter in the queue starts nothing, is named and stays', () => {
  const elsewhere = () => schedule().replace(/[^/]+$/, 'Mine');
  const event = (bucket: string) => ({ detail: { ...forgedInput().detail, bucket: { name: bucket } } });
  const rescan = { bucket: VERSIONED, strategy: 'unscanned', scheduledTime: SCHEDULED_TIME };
  it.each<[string, string, () => { body: string; attributes: Record<string, string> }]>([
    [
      'the call of a schedule of nobody',
      'ForeignMessage',
      () => ({ body: forgedCall(), attributes: { SCHEDULE_ARN: elsewhere(), SCHEDULED_TIME } }),
    ],
    [
      'the call of a schedule of the stack',
      'ForgedMessage',
      () => ({ body: forgedCall(), attributes: { SCHEDULE_ARN: schedule(), SCHEDULED_TIME } }),
    ],
    ['without its time', 'MalformedMessage', () => ({ body: forgedCall(), attributes: { SCHEDULE_ARN: schedule() } })],
    [
      'the input for scan-upload',
      'ForgedMessage',
      () => ({
        body: JSON.stringify(forgedInput()),
        attributes: { SCHEDULE_ARN: schedule(), SCHEDULED_TIME, TARGET_ARN: scanUpload() },
      }),
    ],
    [
      'a rescan that skips what is due',
      'ForgedMessage',
      () => ({
        body: JSON.stringify(rescan),
        attributes: { SCHEDULE_ARN: schedule(), SCHEDULED_TIME, TARGET_ARN: rescanBucket() },
      }),
    ],
    [
      'a rescan of the future',
      'ForgedMessage',
      () => ({
        body: '{}',
        attributes: { SCHEDULE_ARN: schedule(), SCHEDULED_TIME: '9999-01-31T09:00:00Z', TARGET_ARN: rescanBucket() },
      }),
    ],
    [
      'an upload to a bucket of nobody',
      'ForeignMessage',
      () => ({
        body: JSON.stringify(event('mine')),
        attributes: { RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/Mine', TARGET_ARN: scanUpload() },
      }),
    ],
    ['no event', 'MalformedMessage', () => ({ body: forgedCall(), attributes: { RULE_ARN: 'x' } })],
    ['neither of a rule nor of a schedule', 'MalformedMessage', () => ({ body: forgedCall(), attributes: {} })],
  ])('%s: %s', async (_, name, forge) => {
    const { body, attributes } = forge();
    await putAndRedrive(body, attributes, { found: 1, failed: 1 });
    expect(lines).toEqual([
      expect.objectContaining({ outcome: 'failed', reason: expect.stringMatching(new RegExp(`^${name}: `)) }),
    ]);
    expect(executions).toEqual([]);
    expect(airlock.pipeline.queues.byName(queue('UndeliveredRescans'))?.messages('visible')).toHaveLength(1);
    expect(await airlock.tags(infected.upload)).toMatchObject({ 'scan-status': 'INFECTED' });
  });
});

it('a forged dead letter writes no lines of the output and nothing else into the terminal', async () => {
  const bucket = 'x\nstarted\tredriven\u001b[2J\u009b2J';
  const body = JSON.stringify({ detail: { bucket: { name: bucket }, object: { key: 'k' } } });
  const attributes = asAttributes({ RULE_ARN: 'x', ERROR_MESSAGE: 'why\u009b2J' });
  airlock.pipeline.queues.byName(queue('UndeliveredRescans'))?.send({ body, attributes });
  for (const format of [[], ['--json'], ['--output', 'csv']]) {
    const { code, stdout } = await airlockCommand(airlock.pipeline, ['redrive', 'rescans', ...format]);
    expect(code).toBe(1);
    const [line = '', ...others] = stdout
      .trim()
      .split('\n')
      .slice(format.includes('csv') ? 1 : 0);
    expect(others).toEqual([]);
    expect(line).toContain('why\\u009b2J');
    expect(line.replaceAll('\t', '')).not.toMatch(/\p{Cc}/u);
  }
});

describe('of a forged event', () => {
  const RULE = { RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/Mine' };

  it.each([
    ['scan-upload', () => scanUpload()],
    ['another state machine', () => 'arn:aws:states:us-east-1:000000000000:stateMachine:Mine'],
  ])(
    'only the name of the object counts, for %s: it is scanned as it is, and INFECTED stays INFECTED',
    async (_, target) => {
      const { key, versionId } = infected.upload;
      await putAndRedrive(JSON.stringify(forgedInput()), { ...RULE, TARGET_ARN: target() }, { found: 1, failed: 0 });
      await airlock.pipeline.idle();
      // Started by the first of these, and only once.
      for (const { input, result } of executions) {
        expect(input).toMatchObject({
          detail: { object: { key, 'version-id': versionId, size: eicar().length } },
          policy: { maxObjectBytes: 20_000_000 },
        });
        expect(await result).toMatchObject({ status: 'SUCCEEDED' });
      }
      expect(await airlock.tags(infected.upload)).toMatchObject({ 'scan-status': 'INFECTED' });
    },
  );

  it('about what is gone there is nothing to start', async () => {
    const event = { detail: { bucket: { name: UNVERSIONED }, object: { key: 'gone', size: 0, etag: 'x' } } };
    await putAndRedrive(JSON.stringify(event), RULE, { found: 1, failed: 0 });
    expect(lines).toEqual([{ outcome: 'gone', execution: null, subject: `s3://${UNVERSIONED}/gone`, reason: '' }]);
    expect(executions).toEqual([]);
  });
});

/** Puts it there behind the gateway that checks the queue's policy. */
async function putAndRedrive(body: string, attributes: Record<string, string>, outcome: object) {
  const name = queue('UndeliveredRescans');
  airlock.pipeline.queues.byName(name)?.send({ body, attributes: asAttributes(attributes) });
  const { cloudFormation, ...others } = clients();
  const deployed = await describeStack(cloudFormation, 'S3Airlock');
  const report = (row: RedrivenRow) => void lines.push(row);
  const options = { deployed, queueUrl: queueUrl('UndeliveredRescans'), dryRun: false, waitSeconds: 0, report };
  expect(await redrive(others, options)).toEqual(outcome);
}
