import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { REGION } from '../../../emulator/cloudformation/template.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startSqsApi } from '../../../emulator/sqs/api.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

const DEAD = 'arn:aws:sqs:us-east-1:000000000000:dead';
const clock = new MovableClock({ stoppedAt: 1_000_000 });
const queues = new Queues({ clock });
const asked: string[] = [];
const clients: SQSClient[] = [];
let api: Listening;
let QueueUrl: string;
let sqs: SQSClient;
let stranger: SQSClient;

beforeAll(async () => {
  api = await startSqsApi({
    queues,
    clock,
    async authorize(accessKeyId, action, queueArn) {
      asked.push(`${action} ${queueArn}`);
      return { allowed: accessKeyId === 'may', reason: 'says the test', grants: [] };
    },
  });
  QueueUrl = `${api.endpoint}/000000000000/q`;
  [sqs, stranger] = ['may', 'else'].map(clientOf) as [SQSClient, SQSClient];
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  queues.close();
  await api.close();
});
beforeEach(() => {
  queues.close();
  asked.length = 0;
  const RedrivePolicy = { deadLetterTargetArn: DEAD, maxReceiveCount: 3 };
  const properties = { VisibilityTimeout: 60, RedrivePolicy };
  queues.create({ arn: DEAD.replace('dead', 'q'), ref: QueueUrl, properties });
});

function clientOf(accessKeyId: string): SQSClient {
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  const client = new SQSClient({ region: REGION, endpoint: api.endpoint, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}
const receive = async (more = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];

describe('the API', () => {
  it('takes and hands out messages that the SDK finds intact', async () => {
    const MessageAttributes = {
      b: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
      a: { DataType: 'Number', StringValue: '7' },
    };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'größer 😀', MessageAttributes }));
    const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
    expect(message).toMatchObject({
      Body: 'größer 😀',
      MessageAttributes: { a: { DataType: 'Number', StringValue: '7' }, b: { DataType: 'Binary' } },
      Attributes: { SenderId: 'may', SentTimestamp: '1000000', ApproximateReceiveCount: '1' },
    });
    expect(await receive()).toEqual([]);
  });

  it('hands out only the attributes that were asked for', async () => {
    const attribute = { DataType: 'String', StringValue: 'x' };
    const MessageAttributes = { 'a.one': attribute, b: attribute };
    const send = () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes }));
    await send();
    const [bare] = await receive();
    expect([bare?.Attributes, bare?.MessageAttributes]).toEqual([undefined, undefined]);
    await send();
    const [some] = await receive({ AttributeNames: ['SentTimestamp'], MessageAttributeNames: ['a.*'] });
    expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['a.one']);
    expect(some?.Attributes).toEqual({ SentTimestamp: '1000000' });
  });

  it('hands out nothing to somebody who has left before the message came', async () => {
    const left = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const waiting = sqs.send(command, { abortSignal: left.signal });
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    left.abort();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    while (clock.pending > 0) await new Promise((resolve) => setImmediate(resolve));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
    expect(queues.byUrl(QueueUrl).counts).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it('waits for a message by the clock', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'at last' }));
    expect((await waiting).map(({ Body }) => Body)).toEqual(['at last']);
    queues.byName('q')?.purge();
    const inVain = receive({ WaitTimeSeconds: 20 });
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(20_000);
    expect(await inVain).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('deletes, gives back and counts', async () => {
    const count = async () => {
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      return Attributes;
    };
    const Entries = ['a', 'b', 'c', 'd'].map((Id) => ({ Id, MessageBody: Id, DelaySeconds: Id === 'd' ? 30 : 0 }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const [a, b, c] = (await receive()).map(({ ReceiptHandle = '' }) => ({ QueueUrl, ReceiptHandle }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were sent');
    await sqs.send(new DeleteMessageCommand(a));
    await sqs.send(new ChangeMessageVisibilityCommand({ ...b, VisibilityTimeout: 0 }));
    expect(await count()).toEqual({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:q',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '60',
      DelaySeconds: '0',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      MaximumMessageSize: '1048576',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD, maxReceiveCount: 3 }),
    });
    const { Failed, Successful } = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'b', ReceiptHandle: b.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: 'c', ReceiptHandle: c.ReceiptHandle, VisibilityTimeout: 0 },
        ],
      }),
    );
    expect([Failed?.[0]?.Code, Successful?.[0]?.Id]).toEqual(['MessageNotInflight', 'c']);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '2' });
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'c', ReceiptHandle: c.ReceiptHandle }] }));
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await count()).toMatchObject({ ApproximateNumberOfMessages: '0' });
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'q' }))).QueueUrl).toBe(QueueUrl);
  });

  it('lists queues by name, by prefix and page by page', async () => {
    for (const name of ['a-2', 'a-1', 'b']) {
      queues.create({ arn: DEAD.replace('dead', name), ref: `${api.endpoint}/0/${name}`, properties: {} });
    }
    const names = (urls: string[] | undefined) => urls?.map((url) => url.split('/').at(-1));
    expect(names((await sqs.send(new ListQueuesCommand({}))).QueueUrls)).toEqual(['a-1', 'a-2', 'b', 'q']);
    expect(asked).toEqual(['sqs:ListQueues *']);
    const first = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'a', MaxResults: 1 }));
    const second = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'a', MaxResults: 1, NextToken: first.NextToken }),
    );
    expect([names(first.QueueUrls), names(second.QueueUrls), second.NextToken]).toEqual([['a-1'], ['a-2'], undefined]);
    await expect(sqs.send(new ListQueuesCommand({ MaxResults: 0 }))).rejects.toMatchObject({
      name: expect.stringMatching(/^Invalid/),
    });
    await expect(stranger.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('asks IAM about the queue, for a batch call about the single one', async () => {
    const Entries = [{ Id: '1', MessageBody: 'x' }];
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await expect(stranger.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('says the test'),
    });
    expect(asked).toEqual(Array(2).fill('sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:q'));
    expect(queues.byName('q')?.counts.visible).toBe(1);
  });
});

it.each([
  ['an unknown queue', () => new PurgeQueueCommand({ QueueUrl: `${QueueUrl}x` }), 'QueueDoesNotExist'],
  ['eleven messages at once', () => new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }), /^Invalid/],
  ['a wait of 21 seconds', () => new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 21 }), /^Invalid/],
  ['no entries', () => new DeleteMessageBatchCommand({ QueueUrl, Entries: [] }), 'EmptyBatchRequest'],
  [
    'eleven entries',
    () =>
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: Array.from({ length: 11 }, (_, id) => ({ Id: String(id), MessageBody: 'x' })),
      }),
    'TooManyEntriesInBatchRequest',
  ],
  [
    'entries of the same name',
    () => new SendMessageBatchCommand({ QueueUrl, Entries: Array(2).fill({ Id: 'a', MessageBody: 'x' }) }),
    'BatchEntryIdsNotDistinct',
  ],
  ['no handle', () => new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' }), 'ReceiptHandleIsInvalid'],
  ['what is not served', () => new ListQueueTagsCommand({ QueueUrl }), 'UnsupportedOperation'],
])('%s: refused', async (_, command, name) => {
  await expect(sqs.send(command() as PurgeQueueCommand)).rejects.toMatchObject({
    name: typeof name === 'string' ? name : expect.stringMatching(name),
  });
});
