import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createChannels } from '../../../../functions/adapters/aws/channels.ts';
import type { Channels } from '../../../../functions/domain/channels.ts';
import { AccessDenied } from '../../../../functions/domain/errors.ts';
import { type LocalSns, startLocalSns } from '../../../support/local-sns.ts';
import { startSnsFaultProxy } from '../../../support/notification-faults.ts';

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:findings',
  EVENT_BUS_NAME: 'default',
};

const EVENT = { type: 'Object Scan Completed', body: '', attributes: {}, detail: { key: 'a "b"' } };

const publish = ({ sns }: Channels, body: string, attributes: Record<string, string>) =>
  sns({ type: 'Object Scan Completed', body, attributes, detail: {} });

describe('publish', () => {
  let sns: LocalSns;
  const channels = (topic = 'findings') =>
    createChannels({
      ...ENVIRONMENT,
      TOPIC_ARN: `arn:aws:sns:us-east-1:000000000000:${topic}`,
      AWS_ENDPOINT_URL_SNS: sns.endpoint,
    });
  const received = (queue: string) =>
    (sns.queues.byName(queue)?.messages() ?? []).map(({ body, attributes }) => ({
      body,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue])),
    }));

  beforeAll(async () => {
    sns = await startLocalSns();
    sns.topics.create(ENVIRONMENT.TOPIC_ARN);
    await sns.hear('everything', ENVIRONMENT.TOPIC_ARN, { RawMessageDelivery: 'true' });
    const FilterPolicy = JSON.stringify({ status: ['INFECTED'] });
    await sns.hear('infected', ENVIRONMENT.TOPIC_ARN, { RawMessageDelivery: 'true', FilterPolicy });
  });
  afterEach(() => {
    for (const queue of sns.queues.all()) queue.purge();
  });
  afterAll(() => sns.close());

  it('lets subscribers filter by attribute', async () => {
    await publish(channels(), 'first', { status: 'CLEAN', key: 'a' });
    await publish(channels(), 'second', { status: 'INFECTED', key: 'b' });
    expect(received('everything').map(({ body }) => body)).toEqual(expect.arrayContaining(['first', 'second']));
    expect(received('infected')).toEqual([{ body: 'second', attributes: { status: 'INFECTED', key: 'b' } }]);
  });

  it('leaves empty attributes out, which SNS refuses', async () => {
    await publish(channels(), 'no version', { status: 'CLEAN', version: '' });
    expect(received('everything').find(({ body }) => body === 'no version')?.attributes).toEqual({ status: 'CLEAN' });
  });

  it.each([
    'a b+c%2B%00/d.pdf',
    '"quoted" $(id) `x` \'y\'',
    'line\nbreak\ttab\r',
    'Ü-nfc U\u0308-nfd 😀',
    'x'.repeat(1024),
    '{"key":"json"}',
    '../a//b/',
    '<Message>&amp;',
  ])('delivers the key %j unchanged', async (key) => {
    const body = JSON.stringify({ key });
    await publish(channels(), body, { key });
    const delivered = received('everything').find((message) => message.body === body);
    expect(delivered?.attributes.key).toBe(key);
  });

  it.each([
    ['null\0byte', 'null\uFFFDbyte'],
    ['lone \uD83D surrogate', 'lone \uFFFD surrogate'],
    ['\u0001\uFFFE', '\uFFFD\uFFFD'],
  ])('replaces in %j what SNS cannot carry', async (key, carried) => {
    await publish(channels(), `body ${key}`, { key });
    expect(received('everything')).toContainEqual({ body: `body ${carried}`, attributes: { key: carried } });
  });

  it('sends the subject, of which SNS takes printable ASCII', async () => {
    await sns.hear('enveloped', ENVIRONMENT.TOPIC_ARN);
    const message = { type: 'Object Scan Completed', body: 'body', attributes: {}, detail: {} };
    await channels().sns({ ...message, subject: 's3-virusscan s3://uploads' });
    await channels().sns({ ...message, subject: ' über\n'.repeat(40) });
    await channels().sns(message);
    const subjects = received('enveloped').map(({ body }) => JSON.parse(body).Subject);
    const shortened = '?ber? '.repeat(40).slice(0, 99);
    expect(new Set(subjects)).toEqual(new Set(['s3-virusscan s3://uploads', shortened, undefined]));
    sns.queues.byName('enveloped')?.purge();
  });

  it('names a topic that is not there as a setting to mend', async () => {
    await expect(publish(channels('nowhere'), 'body', {})).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  });
});

describe('what the services answer', () => {
  let server: Server;
  let answer: { status: number; body: object };
  let requests: { target: string | undefined; body: string }[];
  const channels = () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return createChannels({ ...ENVIRONMENT, AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint, AWS_ENDPOINT_URL_SNS: endpoint });
  };

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      requests.push({ target: request.headers['x-amz-target'] as string, body: Buffer.concat(chunks).toString() });
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer.body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function putEvent(status: number, body: object): Promise<unknown> {
    requests = [];
    answer = { status, body };
    return channels()
      .events(EVENT)
      .catch((fault: unknown) => fault);
  }

  it('puts one event of the pipeline’s own source', async () => {
    expect(await putEvent(200, { FailedEntryCount: 0, Entries: [{ EventId: '1' }] })).toBeUndefined();
    expect(requests[0]?.target).toBe('AWSEvents.PutEvents');
    const [entry] = JSON.parse(requests[0]?.body ?? '').Entries;
    expect(entry).toMatchObject({
      EventBusName: 'default',
      Source: 's3-airlock',
      DetailType: 'Object Scan Completed',
    });
    expect(JSON.parse(entry.Detail)).toEqual({ key: 'a "b"' });
  });

  it('calls an entry that was not taken a failure, though the answer is 200', async () => {
    const Entries = [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }];
    const fault = await putEvent(200, { FailedEntryCount: 1, Entries });
    expect(fault).toMatchObject({ name: 'NotificationFailed', message: expect.stringContaining('try again') });
  });

  it.each([{}, { FailedEntryCount: 0, Entries: [] }, { Entries: [{}] }])(
    'calls %j, which names no event, a failure',
    async (body) => {
      const message = 'EventBridge: no event id: no reason';
      expect(await putEvent(200, body)).toMatchObject({ name: 'NotificationFailed', message });
    },
  );

  it('calls an answer of SNS that names no message a failure', async () => {
    const sns = await startSnsFaultProxy(() => 'unconfirmed');
    const unconfirmed = createChannels({ ...ENVIRONMENT, AWS_ENDPOINT_URL_SNS: sns.endpoint });
    await expect(publish(unconfirmed, '{}', {})).rejects.toMatchObject({
      name: 'NotificationFailed',
      message: 'SNS: no message id',
    });
    await sns.close();
  });

  it.each([
    [302, 'Moved', 'NotificationFailed'],
    [500, 'InternalException', 'NotificationFailed'],
    [503, 'ServiceUnavailable', 'NotificationFailed'],
    [408, 'Slow', 'NotificationFailed'],
    [429, 'Busy', 'NotificationFailed'],
    [400, 'ExpiredTokenException', 'NotificationFailed'],
    [400, 'NoExpiredToken', 'InvalidInput'],
    [400, 'KMSThrottlingException', 'NotificationFailed'],
    [401, 'Unknown', 'AccessDenied'],
    [403, 'Unknown', 'AccessDenied'],
    [403, 'AccessDeniedException', 'AccessDenied'],
    [400, 'AccessDeniedException', 'AccessDenied'],
    [400, 'KMSAccessDeniedException', 'AccessDenied'],
    [400, 'ResourceNotFoundException', 'InvalidConfiguration'],
    [404, 'NotFoundException', 'InvalidConfiguration'],
    [400, 'ValidationException', 'InvalidInput'],
  ])('calls %i %s %s', async (status, type, expected) => {
    expect(await putEvent(status, { __type: type, message: 'no' })).toMatchObject({ name: expected });
  });

  it('says which service refused, and why', async () => {
    const message = 'EventBridge: ValidationException: no';
    expect(await putEvent(400, { __type: 'ValidationException', message: 'no' })).toMatchObject({
      message,
      cause: { name: 'ValidationException' },
    });
  });

  it('calls a connection that fails NotificationFailed', async () => {
    const nobody = createChannels({ ...ENVIRONMENT, AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:1' });
    await expect(nobody.events(EVENT)).rejects.toMatchObject({ name: 'NotificationFailed' });
  });

  it('translates what SNS refuses likewise', async () => {
    requests = [];
    answer = { status: 403, body: {} };
    const fault = await publish(channels(), 'body', {}).catch((error: Error) => error);
    expect(fault).toBeInstanceOf(AccessDenied);
    expect(fault).toMatchObject({ message: expect.stringMatching(/^SNS: /) });
  });
});

it.each(['TOPIC_ARN', 'EVENT_BUS_NAME'])('needs %s', (name) => {
  expect(() => createChannels({ ...ENVIRONMENT, [name]: undefined })).toThrow(name);
});
