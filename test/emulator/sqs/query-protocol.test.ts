import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { REGION } from '../../../emulator/cloudformation/template.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startSqsApi } from '../../../emulator/sqs/api.ts';
import { md5OfAttributes, md5OfBody } from '../../../emulator/sqs/message.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

/* SQS as SDKs before November 2023 call it: forms in, XML out. */
const ARN = 'arn:aws:sqs:us-east-1:000000000000:q';
const queues = new Queues();
let api: Listening;
let QueueUrl: string;

beforeAll(async () => {
  api = await startSqsApi({
    queues,
    authorize: async (accessKeyId) => ({ allowed: accessKeyId === 'may', reason: 'says the test', grants: [] }),
  });
  QueueUrl = `${api.endpoint}/000000000000/q`;
});
afterAll(async () => {
  queues.close();
  await api.close();
});
beforeEach(() => {
  for (const queue of queues.all()) queues.delete(queue);
  queues.create({ arn: ARN, ref: QueueUrl, properties: { VisibilityTimeout: 60 } });
});

async function call(Action: string, parameters: Readonly<Record<string, string>>, accessKeyId = 'may') {
  const answer = await fetch(QueueUrl, {
    method: 'POST',
    body: new URLSearchParams({ Action, Version: '2012-11-05', ...parameters }),
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  return { status: answer.status, xml: await answer.text() };
}

describe('a form', () => {
  it('sends a message with attributes, and XML returns it', async () => {
    const attributes = {
      count: { DataType: 'Number', StringValue: '7' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]).toString('base64') },
    };
    const sent = await call('SendMessage', {
      QueueUrl,
      MessageBody: '<größer> & 😀',
      'MessageAttribute.1.Name': 'count',
      'MessageAttribute.1.Value.DataType': 'Number',
      'MessageAttribute.1.Value.StringValue': '7',
      'MessageAttribute.2.Name': 'bytes',
      'MessageAttribute.2.Value.DataType': 'Binary',
      'MessageAttribute.2.Value.BinaryValue': attributes.bytes.BinaryValue,
    });
    expect(sent.status).toBe(200);
    expect(sent.xml).toContain(`<MD5OfMessageBody>${md5OfBody('<größer> & 😀')}</MD5OfMessageBody>`);
    expect(sent.xml).toContain(`<MD5OfMessageAttributes>${md5OfAttributes(attributes)}</MD5OfMessageAttributes>`);
    const { xml } = await call('ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: '10',
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    });
    expect(xml).toContain('<ReceiveMessageResult><Message>');
    expect(xml).toContain('<Body>&lt;größer&gt; &amp; 😀</Body>');
    expect(xml).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(xml).toContain(
      '<MessageAttribute><Name>count</Name><Value><DataType>Number</DataType><StringValue>7</StringValue></Value></MessageAttribute>',
    );
  });

  it('names entries of a batch in any order; each has its result', async () => {
    const { xml } = await call('SendMessageBatch', {
      QueueUrl,
      'SendMessageBatchRequestEntry.10.Id': 'late',
      'SendMessageBatchRequestEntry.10.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.Id': 'bad',
      'SendMessageBatchRequestEntry.2.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.DelaySeconds': '-1',
      'SendMessageBatchRequestEntry.1.Id': 'early',
      'SendMessageBatchRequestEntry.1.MessageBody': 'x',
    });
    expect(
      [...xml.matchAll(/<(SendMessageBatchResultEntry|BatchResultErrorEntry)><Id>(\w+)/g)].map(([, ...a]) => a),
    ).toEqual([
      ['SendMessageBatchResultEntry', 'early'],
      ['SendMessageBatchResultEntry', 'late'],
      ['BatchResultErrorEntry', 'bad'],
    ]);
  });

  it('gets no result of an action that answers nothing', async () => {
    const { xml } = await call('SetQueueAttributes', {
      QueueUrl,
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '7',
    });
    expect(xml).toMatch(/<SetQueueAttributesResponse xmlns="[^"]+"><ResponseMetadata><RequestId>/);
    const { xml: read } = await call('GetQueueAttributes', { QueueUrl, 'AttributeName.1': 'VisibilityTimeout' });
    expect(read).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>');
  });

  it.each([
    ['GetQueueUrl', { QueueName: 'none' }, 'AWS.SimpleQueueService.NonExistentQueue'],
    ['SendMessageBatch', {}, 'AWS.SimpleQueueService.EmptyBatchRequest'],
    ['ReceiveMessage', { MaxNumberOfMessages: '11' }, 'InvalidParameterValue'],
    ['ReceiveMessage', { MaxNumberOfMessages: 'many' }, 'InvalidParameterValue'],
    [
      'CreateQueue',
      { QueueName: 'q', 'Attribute.1.Name': 'DelaySeconds', 'Attribute.1.Value': '1' },
      'QueueAlreadyExists',
    ],
    ['AddPermission', {}, 'AWS.SimpleQueueService.UnsupportedOperation'],
    ['constructor', {}, 'AWS.SimpleQueueService.UnsupportedOperation'],
  ])('%s %j is refused by its old name', async (action, parameters, code) => {
    const { status, xml } = await call(action, { ...(!('QueueName' in parameters) && { QueueUrl }), ...parameters });
    expect([status, xml]).toEqual([400, expect.stringContaining(`<Type>Sender</Type><Code>${code}</Code>`)]);
  });

  it('is refused to a caller without the permission, and to one without a key', async () => {
    expect((await call('PurgeQueue', { QueueUrl }, 'else')).xml).toContain('<Code>AccessDenied</Code>');
    const anonymous = await fetch(QueueUrl, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'PurgeQueue', QueueUrl }),
    });
    expect([anonymous.status, await anonymous.text()]).toEqual([
      403,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
  });
});

/** Debian's, which are older than the JSON protocol; elsewhere in PATH there may be younger ones. */
const [PYTHON, AWS] = ['/usr/bin/python3', '/usr/bin/aws'];
const hasBoto3 = existsSync('/usr/lib/python3/dist-packages/boto3');
const run = async (program: string, args: readonly string[]) => {
  const env = {
    PATH: '/usr/bin:/bin',
    AWS_ACCESS_KEY_ID: 'may',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: REGION,
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
      names: ['made', 'q'],
      gone: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  },
  30_000,
);

(existsSync(AWS) ? it : it.skip)(
  "Debian's AWS CLI lists queues",
  async () => {
    const listed = JSON.parse(await run(AWS, ['sqs', 'list-queues', '--endpoint-url', api.endpoint]));
    expect(listed).toEqual({ QueueUrls: [QueueUrl] });
  },
  30_000,
);
