import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
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
    ...entry(3, { Id: 'three', MessageBody: 'a', DelaySeconds: '901' }),
    ...entry(10, { Id: 'ten', MessageBody: 'a', DelaySeconds: '900' }),
  });
  expect(answer).toMatch(/<SendMessageBatchResultEntry><Id>one<\/Id>/);
  expect(answer).toMatch(/<SendMessageBatchResultEntry><Id>ten<\/Id>/);
  expect(answer).toMatch(/<BatchResultErrorEntry><Id>two<\/Id>/);
  expect(answer).toMatch(/<BatchResultErrorEntry><Id>three<\/Id>/);
});

it('queues are listed', async () => {
  const [, listed] = await call({ Action: 'ListQueues', QueueNamePrefix: 'ol' });
  expect(listed).toMatch(/<ListQueuesResult><QueueUrl>[^<]*\/old<\/QueueUrl><\/ListQueuesResult>/);
});

describe('refusals have the codes of this protocol', () => {
  it.each([
    [{ Action: 'GetQueueAttributes', QueueUrl: 'http://127.0.0.1/0/none' }, 'AWS.SimpleQueueService.NonExistentQueue'],
    [{ Action: 'TagQueue', QueueUrl: 'x' }, 'AWS.SimpleQueueService.UnsupportedOperation'],
    [{ Action: 'constructor', QueueUrl: 'x' }, 'AWS.SimpleQueueService.UnsupportedOperation'],
    [{ Action: 'SendMessageBatch', QueueUrl: 'x/old' }, 'AWS.SimpleQueueService.EmptyBatchRequest'],
    [
      { Action: 'CreateQueue', QueueName: 'old', 'Attribute.1.Name': 'DelaySeconds', 'Attribute.1.Value': '1' },
      'QueueAlreadyExists',
    ],
    [{ Action: 'ReceiveMessage', QueueUrl: 'x/old', MaxNumberOfMessages: 'many' }, 'InvalidParameterValue'],
    [{ Action: 'SendMessage', QueueUrl: 'x/old', MessageBody: 'a', DelaySeconds: '-1' }, 'InvalidParameterValue'],
  ])('%j', async (parameters, code) => {
    const [status, answer] = await call(parameters);
    expect([status, textOf(answer, 'Code')]).toEqual([400, code]);
  });

  it('to whom it is not allowed', async () => {
    const [, answer] = await call({ Action: 'ListQueues' }, 'reader');
    expect(textOf(answer, 'Code')).toBe('AccessDenied');
  });
});

/** Debian's, which are older than the JSON protocol; elsewhere in PATH there may be younger ones. */
const [PYTHON, AWS] = ['/usr/bin/python3', '/usr/bin/aws'];
const hasBoto3 = existsSync('/usr/lib/python3/dist-packages/boto3');
const run = async (program: string, args: readonly string[]) => {
  const env = {
    PATH: '/usr/bin:/bin',
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return (await promisify(execFile)(program, [...args], { env })).stdout;
};

const PROGRAM = `
import boto3, json, sys
sqs = boto3.client("sqs", endpoint_url=sys.argv[1])
url = sqs.create_queue(QueueName="made", Attributes={"VisibilityTimeout": "7"})["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="größer <&>", MessageAttributes={"a": {"DataType": "Binary", "BinaryValue": b"\\0\\xff"}})
batch = sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "second"}, {"Id": "2", "MessageBody": "x", "DelaySeconds": 901}])
got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]
handles = [{"Id": str(i), "ReceiptHandle": one["ReceiptHandle"]} for i, one in enumerate(got)]
later = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{**one, "VisibilityTimeout": 9} for one in handles])
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handles[0]["ReceiptHandle"], VisibilityTimeout=8)
sqs.delete_message(QueueUrl=url, ReceiptHandle=handles[0]["ReceiptHandle"])
deleted = sqs.delete_message_batch(QueueUrl=url, Entries=handles[1:])
left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
names = [one.split("/")[-1] for one in sqs.list_queues()["QueueUrls"]]
sqs.delete_queue(QueueUrl=url)
try: sqs.get_queue_url(QueueName="made")
except sqs.exceptions.QueueDoesNotExist as fault: gone = fault.response["Error"]["Code"]
print(json.dumps({
  "bodies": [one["Body"] for one in got],
  "bytes": got[0]["MessageAttributes"]["a"]["BinaryValue"].hex(),
  "count": got[0]["Attributes"]["ApproximateReceiveCount"],
  "batch": [[one["Id"] for one in batch["Successful"]], [one["Code"] for one in batch["Failed"]]],
  "later": len(later["Successful"]), "deleted": len(deleted["Successful"]),
  "left": [left["ApproximateNumberOfMessages"], left["ApproximateNumberOfMessagesNotVisible"], left["VisibilityTimeout"]],
  "names": names, "gone": gone,
}))
`;

(hasBoto3 ? it : it.skip)(
  "Debian's boto3 calls every action",
  async () => {
    expect(JSON.parse(await run(PYTHON, ['-c', PROGRAM, api.endpoint]))).toEqual({
      bodies: ['größer <&>', 'second'],
      bytes: '00ff',
      count: '1',
      batch: [['1'], ['InvalidParameterValue']],
      later: 2,
      deleted: 1,
      left: ['0', '0', '7'],
      names: expect.arrayContaining(['made', 'old']),
      gone: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  },
  30_000,
);

(existsSync(AWS) ? it : it.skip)(
  "Debian's AWS CLI lists queues",
  async () => {
    const listed = JSON.parse(await run(AWS, ['sqs', 'list-queues', '--endpoint-url', api.endpoint]));
    expect(listed.QueueUrls).toContain(`${api.endpoint}/000000000000/old`);
  },
  30_000,
);
