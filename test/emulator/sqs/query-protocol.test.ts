import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startSqsApi } from '../../../emulator/sqs/api.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

/** What clients of before November 2023 send; `test/clients/python-example.test.ts` has one of them. */
const queues = new Queues();
let api: Listening;
beforeAll(async () => {
  api = await startSqsApi({
    queues,
    authorize: async (accessKeyId) => ({ allowed: accessKeyId === 'operator', reason: 'not you', grants: [] }),
  });
});
afterAll(async () => {
  await api.close();
  queues.close();
});

async function call(parameters: Record<string, string>, accessKeyId = 'operator'): Promise<[number, string]> {
  const answer = await fetch(api.endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261126/us-east-1/sqs/aws4_request` },
    body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
  });
  expect(answer.headers.get('content-type')).toBe('text/xml');
  return [answer.status, await answer.text()];
}

const textOf = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

it('a queue is made, configured, filled, read and emptied', async () => {
  const attribute = { 'Attribute.1.Name': 'VisibilityTimeout', 'Attribute.1.Value': '7' };
  const [, created] = await call({ Action: 'CreateQueue', QueueName: 'old', ...attribute });
  const QueueUrl = textOf(created, 'QueueUrl') ?? '';
  expect(QueueUrl).toMatch(/\/old$/);
  await call({
    Action: 'SetQueueAttributes',
    QueueUrl,
    'Attribute.1.Name': 'DelaySeconds',
    'Attribute.1.Value': '0',
    'Attribute.2.Name': 'VisibilityTimeout',
    'Attribute.2.Value': '9',
  });
  const [, attributes] = await call({ Action: 'GetQueueAttributes', QueueUrl, 'AttributeName.1': 'VisibilityTimeout' });
  expect(attributes).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>9</Value></Attribute>');

  const [, sent] = await call({
    Action: 'SendMessage',
    QueueUrl,
    MessageBody: 'a < b & c',
    'MessageAttribute.1.Name': 'status',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'CLEAN',
  });
  expect(textOf(sent, 'MD5OfMessageBody')).toMatch(/^[0-9a-f]{32}$/);
  const [, received] = await call({
    Action: 'ReceiveMessage',
    QueueUrl,
    MaxNumberOfMessages: '10',
    'AttributeName.1': 'ApproximateReceiveCount',
    'MessageAttributeName.1': 'All',
  });
  expect(textOf(received, 'Body')).toBe('a &lt; b &amp; c');
  expect(received).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  expect(received).toMatch(/<MessageAttribute><Name>status<\/Name><Value>.*<StringValue>CLEAN<\/StringValue>/);
  const ReceiptHandle = textOf(received, 'ReceiptHandle') ?? '';
  const [deleted] = await call({ Action: 'DeleteMessage', QueueUrl, ReceiptHandle });
  expect(deleted).toBe(200);
  const [, empty] = await call({ Action: 'ReceiveMessage', QueueUrl });
  expect(empty).toContain('<ReceiveMessageResult></ReceiveMessageResult>');
});

it('a batch says of each entry what became of it', async () => {
  const [, created] = await call({ Action: 'CreateQueue', QueueName: 'batches' });
  const QueueUrl = textOf(created, 'QueueUrl') ?? '';
  const entry = (at: number, fields: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [`SendMessageBatchRequestEntry.${at}.${name}`, value]),
    );
  const [, answer] = await call({
    Action: 'SendMessageBatch',
    QueueUrl,
    ...entry(1, { Id: 'one', MessageBody: 'a' }),
    ...entry(2, { Id: 'two', MessageBody: '' }),
  });
  expect(answer).toMatch(/<SendMessageBatchResultEntry><Id>one<\/Id>/);
  expect(answer).toMatch(/<BatchResultErrorEntry><Id>two<\/Id>/);
});

it('queues are listed', async () => {
  const [, listed] = await call({ Action: 'ListQueues', QueueNamePrefix: 'ol' });
  expect(listed).toMatch(/<ListQueuesResult><QueueUrl>[^<]*\/old<\/QueueUrl><\/ListQueuesResult>/);
});

describe('refusals have the codes of this protocol', () => {
  it.each([
    [{ Action: 'GetQueueAttributes', QueueUrl: 'http://127.0.0.1/0/none' }, 'AWS.SimpleQueueService.NonExistentQueue'],
    [{ Action: 'TagQueue', QueueUrl: 'x' }, 'UnsupportedOperation'],
  ])('%j', async (parameters, code) => {
    const [status, answer] = await call(parameters);
    expect([status, textOf(answer, 'Code')]).toEqual([400, code]);
  });

  it('to whom it is not allowed', async () => {
    const [, answer] = await call({ Action: 'ListQueues' }, 'reader');
    expect(textOf(answer, 'Code')).toBe('AccessDenied');
  });
});
