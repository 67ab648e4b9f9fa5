import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { EarlierClock, isOn, LONGEST_PERIOD_MILLISECONDS } from '../support/runbook.ts';

/** Scripts ask for scans by SNS, as they did of the systems that are replaced. Uploads alone start nothing here. */
let airlock: Airlock;
let operator: SNSClient;
let reader: SNSClient;
let sqs: SQSClient;
const clock = new EarlierClock();
const executions: Execution[] = [];
const started: (() => void)[] = [];
const [BUCKET, OTHER] = ['uploads', 'others'];

beforeAll(async () => {
  airlock = await Airlock.start({
    clock,
    airlock: {
      requests: true,
      buckets: [
        { name: BUCKET, prefixes: ['never/'] },
        { name: OTHER, prefixes: ['never/'], versioned: false, onInfected: 'delete' },
      ],
    },
    onExecution(execution) {
      executions.push(execution);
      for (const wake of started.splice(0)) wake();
    },
  });
  const { endpoints } = airlock.pipeline;
  const as = (who: string, endpoint: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKeyIdOf(who), secretAccessKey: 'anything' },
    maxAttempts: 1,
  });
  operator = new SNSClient(as(OPERATOR, endpoints.sns));
  reader = new SNSClient(as(READER, endpoints.sns));
  sqs = new SQSClient(as(OPERATOR, endpoints.sqs));
}, 60_000);
afterAll(async () => {
  for (const client of [operator, reader, sqs]) client.destroy();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const output = (name: string) =>
  airlock.pipeline.stack.outputs.find(({ key }) => key.replace(/[0-9A-F]{8}$/, '') === name)?.value ?? '';
const publish = (message: unknown, client = operator) =>
  client.send(new PublishCommand({ TopicArn: output('RequestsTopicArn'), Message: JSON.stringify(message) }));
async function put(Bucket: string, Key: string, Body: string | Buffer) {
  const command = new PutObjectCommand({ Bucket, Key, Body });
  const { VersionId: versionId } = await airlock.pipeline.client(UPLOADER).send(command);
  return { bucket: Bucket, key: Key, versionId };
}
/** Settles when there are that many executions, and all have ended. */
async function ended(count: number): Promise<void> {
  while (executions.length < count) await new Promise<void>((resolve) => started.push(resolve));
  await Promise.all(executions.map(({ result }) => result));
}
/** Waits for the first, unless there are none; they stay visible. */
async function refused(count: number) {
  const QueueUrl = output('RefusedRequestsUrl');
  const found = new Map<string, Message>();
  do {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 0,
        WaitTimeSeconds: count === 0 ? 0 : 5,
      }),
    );
    for (const message of Messages) found.set(message.MessageId ?? '', message);
  } while (found.size < count);
  return [...found.values()];
}

it('scans what a message names, as S3 writes it or by name, each object once', async () => {
  const clean = await put(BUCKET, 'a b+c.txt', 'all is well');
  const infected = await put(BUCKET, 'ä.txt', eicar());
  await put(BUCKET, 'ä.txt', 'a newer version, not asked for');
  const gone = await put(OTHER, 'infected.txt', eicar());
  expect(executions).toHaveLength(0);

  const record = (bucket: string, key: string, versionId?: string) => ({
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll('%20', '+'), versionId } },
  });
  const { key, versionId } = infected;
  const event = { Records: [record(BUCKET, clean.key), record(BUCKET, key, versionId), record(BUCKET, clean.key)] };
  await expect(publish(event, reader)).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  await publish(event);
  await publish({ bucket: OTHER, key: gone.key });
  await ended(3);

  expect(await airlock.tags(clean)).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(await airlock.tags(infected)).toMatchObject({ 'scan-status': 'INFECTED' });
  // By the policy of its bucket.
  expect(await airlock.tags(gone)).toBeNull();
  expect(new Set(executions.map(({ arn }) => arn.split(':').at(-1)))).toHaveProperty('size', 3);
  expect(executions.every(({ arn }) => /:requested-[0-9a-f]{40}$/.test(arn))).toBe(true);
}, 60_000);

it('starts nothing for a request that is repeated, and nothing for what is not there', async () => {
  const before = executions.length;
  const again = { bucket: BUCKET, key: 'a b+c.txt' };
  await publish(again);
  await publish({ bucket: BUCKET, key: 'never uploaded' });
  const last = await put(BUCKET, 'last.txt', 'all is well');
  await publish({ bucket: BUCKET, key: last.key });
  await ended(before + 1);
  expect(await airlock.tags(last)).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(executions).toHaveLength(before + 1);
  expect(await refused(0)).toEqual([]);
}, 60_000);

it('what cannot be carried out waits in the dead-letter queue with its reason, and an alarm goes off', async () => {
  await publish({ bucket: 'somebody-elses', key: 'k' });
  await publish('scan everything');
  const reasons = (await refused(2)).map(({ MessageAttributes }) => MessageAttributes?.ERROR_MESSAGE?.StringValue);
  expect(reasons.sort()).toEqual([
    'InvalidInput: bucket: the stack does not watch this one ("somebody-elses")',
    expect.stringMatching(/^InvalidInput: payload: .*"scan everything"/),
  ]);
  const alarm = 'RequestsRefused';
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  expect(isOn(airlock.pipeline, alarm)).toBe(true);
  const { stdout } = await airlockCommand(airlock.pipeline, ['failures', '--json']);
  const failures = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(failures).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ bucket: 'somebody-elses', key: 'k', cause: expect.stringContaining('does not watch') }),
      expect.objectContaining({ bucket: null, redrive: expect.stringMatching(/^nothing: /) }),
    ]),
  );
}, 60_000);

it('is redriven object by object once the reason is gone, and discarded where nothing can be started', async () => {
  const redriven = await put(BUCKET, 'redriven.txt', 'all is well');
  const before = executions.length;
  const QueueUrl = output('RefusedRequestsUrl');
  const record = (key: string) => ({ s3: { bucket: { name: BUCKET }, object: { key } } });
  const Message = JSON.stringify({ Records: [record('redriven.txt'), record('gone.txt')] });
  // What SQS itself moves there after all tries.
  const body = JSON.stringify({ Type: 'Notification', Timestamp: new Date().toISOString(), Message });
  airlock.pipeline.queues.byName(QueueUrl.split('/').at(-1) ?? '')?.send({ body });
  const { stdout } = await airlockCommand(airlock.pipeline, ['redrive', '--all', '--json']);
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(Object.fromEntries(outcomes.map(({ bucket, key, outcome }) => [`${bucket}/${key}`, outcome]))).toEqual({
    'uploads/redriven.txt': 'started',
    'uploads/gone.txt': 'gone',
    'somebody-elses/k': 'failed',
    'null/null': 'failed',
  });
  await ended(before + 1);
  expect(await airlock.tags(redriven)).toMatchObject({ 'scan-status': 'CLEAN' });
  await airlockCommand(airlock.pipeline, ['redrive', '--all', '--discard', '--yes']);
  expect(await refused(0)).toEqual([]);
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  expect(isOn(airlock.pipeline, 'RequestsRefused')).toBe(false);
}, 60_000);
