import { verify as verifySignature } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { createCertificateAuthority } from '../../../emulator/http/certificate-authority.ts';
import { PolicyEngine } from '../../../emulator/iam/policy-engine.ts';
import { type SnsApi, startSnsApi } from '../../../emulator/sns/api.ts';
import { createSigner } from '../../../emulator/sns/signer.ts';
import { Topics } from '../../../emulator/sns/topics.ts';
import { Consent } from '../../../emulator/sqs/consent.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';
import { senderPolicy } from '../../support/hear-topic.ts';
import { type Subscriber, startSubscriber, verify } from '../../support/sns-subscriber.ts';

const arnOf = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;
const clock = new MovableClock({ stoppedAt: Date.UTC(2026, 10, 26) });
const queues = new Queues({ clock });
const engine = new PolicyEngine();
const log: string[] = [];
let topics: Topics;
let api: SnsApi;
const trusted = getCACertificates();
const clients: SNSClient[] = [];
const subscribers: Subscriber[] = [];
const asked: string[] = [];

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  const signer = createSigner(await authority.issueForSigning('sns'), () => api.secureEndpoint);
  topics = new Topics({
    clock,
    queues,
    consent: new Consent((question) => engine.decide(question)),
    signer,
    endpoint: () => api.secureEndpoint,
    log: (line) => log.push(line),
  });
  api = await startSnsApi({
    topics,
    signer,
    identity: await authority.issueForServer(),
    arnOf: (accessKeyId) => `arn:aws:iam::000000000000:user/${accessKeyId}`,
    async authorize(accessKeyId, action, resource) {
      asked.push(`${accessKeyId} ${action} ${resource}`);
      return { allowed: accessKeyId === 'operator', reason: 'not you', grants: [] };
    },
  });
  setDefaultCACertificates([...trusted, authority.certificate]);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  for (const client of clients) client.destroy();
  for (const subscriber of subscribers) await subscriber.close();
  await topics.close();
  await api.close();
  queues.close();
});

const clientOf = (accessKeyId: string, endpoint = api.endpoint) => {
  const credentials = { accessKeyId, secretAccessKey: 'x' };
  const client = new SNSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
};
let operator: SNSClient;
beforeAll(() => {
  operator = clientOf('operator');
});

const topicNamed = (name: string) => topics.create(arnOf('sns', name)).arn;

/** A queue, and who may send to it. */
function queueNamed(name: string, ...topicArns: string[]) {
  const arn = arnOf('sqs', name);
  const statements = topicArns.flatMap((topicArn) => senderPolicy(arn, 'sns', topicArn).Statement);
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return queues.request(name, topicArns.length > 0 ? { Policy } : {}, 'http://sqs');
}

async function hook(): Promise<Subscriber> {
  const subscriber = await startSubscriber();
  subscribers.push(subscriber);
  return subscriber;
}

/** Subscribes a web hook and confirms as it would: by the link. */
async function subscribed(TopicArn: string, Attributes: Record<string, string> = {}) {
  const subscriber = await hook();
  const subscribe = { TopicArn, Protocol: 'http', Endpoint: subscriber.endpoint, Attributes };
  await operator.send(new SubscribeCommand({ ...subscribe, ReturnSubscriptionArn: true }));
  await subscriber.count(1);
  await fetch(subscriber.received[0]?.content.SubscribeURL ?? '');
  const [{ arn } = { arn: '' }] = topics.subscriptions(TopicArn);
  return { subscriber, arn };
}

const contents = (name: string) => (queues.byName(name)?.messages() ?? []).map(({ body }) => body);

describe('an HTTP endpoint', () => {
  it('confirms, is notified and says goodbye; a real verifier trusts each message', async () => {
    const TopicArn = topicNamed('web');
    const subscriber = await hook();
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `${subscriber.endpoint}/hook?a=b` });
    expect(await operator.send(subscribe)).toMatchObject({ SubscriptionArn: 'pending confirmation' });
    await subscriber.count(1);
    await operator.send(new PublishCommand({ TopicArn, Message: 'before it has confirmed' }));
    const [asking] = subscriber.received;
    expect(asking?.headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': TopicArn,
    });
    expect(asking?.headers).not.toHaveProperty('x-amz-sns-subscription-arn');
    await verify(asking?.content ?? {});
    const opened = await fetch(asking?.content.SubscribeURL ?? '');
    const [, SubscriptionArn = ''] = /<SubscriptionArn>(.*)<\/SubscriptionArn>/.exec(await opened.text()) ?? [];
    expect(SubscriptionArn).toMatch(new RegExp(`^${TopicArn}:`));

    const MessageAttributes = { status: { DataType: 'String', StringValue: 'CLEAN' } };
    const Message = 'größer & <x>\n"y"';
    const publish = new PublishCommand({ TopicArn, Message, Subject: 'A verdict', MessageAttributes });
    const { MessageId } = await operator.send(publish);
    await subscriber.count(2);
    const notification = subscriber.received[1];
    expect(notification?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-subscription-arn': SubscriptionArn,
    });
    expect(await verify(notification?.content ?? {})).toMatchObject({
      Message,
      MessageId,
      Subject: 'A verdict',
      Timestamp: '2026-11-26T00:00:00.000Z',
      SignatureVersion: '1',
      MessageAttributes: { status: { Type: 'String', Value: 'CLEAN' } },
    });

    await fetch(notification?.content.UnsubscribeURL ?? '');
    await subscriber.count(3);
    const goodbye = subscriber.received[2]?.content ?? {};
    expect(goodbye.Type).toBe('UnsubscribeConfirmation');
    // `sns-validator` forgets that the token of a goodbye is signed too.
    const signed = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
    const words = signed.map((name) => `${name}\n${goodbye[name]}\n`).join('');
    const certificate = await (await fetch(goodbye.SigningCertURL ?? '')).text();
    const signature = Buffer.from(goodbye.Signature ?? '', 'base64');
    expect(verifySignature('RSA-SHA1', Buffer.from(words), certificate, signature)).toBe(true);
    expect(topics.subscriptions(TopicArn)).toEqual([]);
    await fetch(goodbye.SubscribeURL ?? '');
    expect(topics.subscriptions(TopicArn)).toMatchObject([{ arn: SubscriptionArn, confirmed: true }]);
  });

  it.each(['1', '2'])('is not deceived: signature version %s fits nothing else', async (AttributeValue) => {
    const TopicArn = topicNamed(`forged-${AttributeValue}`);
    await operator.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'SignatureVersion', AttributeValue }));
    const { subscriber } = await subscribed(TopicArn);
    await operator.send(new PublishCommand({ TopicArn, Message: 'INFECTED', Subject: 's' }));
    await subscriber.count(2);
    const content = subscriber.received[1]?.content ?? {};
    expect(await verify(content)).toMatchObject({ Message: 'INFECTED', SignatureVersion: AttributeValue });
    for (const forged of [
      { Message: 'CLEAN' },
      { Subject: 't' },
      { TopicArn: `${TopicArn}s` },
      { Timestamp: '2026-11-26T00:00:00.001Z' },
      { MessageId: 'x' },
      { SignatureVersion: AttributeValue === '1' ? '2' : '1' },
    ]) {
      await expect(verify({ ...content, ...forged })).rejects.toThrow(/signature/i);
    }
    await expect(verify(content, /^sns\.us-east-1\.amazonaws\.com$/)).rejects.toThrow(/domain/);
  });

  it('gets the text alone if it wants it raw', async () => {
    const TopicArn = topicNamed('raw-web');
    const { subscriber } = await subscribed(TopicArn, { RawMessageDelivery: 'true' });
    await operator.send(new PublishCommand({ TopicArn, Message: '{"status":"CLEAN"}' }));
    await subscriber.count(2);
    expect(subscriber.received[1]).toMatchObject({
      body: '{"status":"CLEAN"}',
      headers: { 'x-amz-sns-rawdelivery': 'true', 'x-amz-sns-message-type': 'Notification' },
    });
  });

  it('gets the password of its URL when it asks, which is listed nowhere', async () => {
    const TopicArn = topicNamed('secret');
    const subscriber = await hook();
    subscriber.answers = [401, 200];
    const Endpoint = subscriber.endpoint.replace('//', '//me:p%40ss@');
    await operator.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
    await subscriber.count(2);
    const [first, second] = subscriber.received;
    expect(first?.headers).not.toHaveProperty('authorization');
    expect(second?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    const { Subscriptions = [] } = await operator.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions[0]?.Endpoint).toBe(subscriber.endpoint.replace('//', '//me:****@'));
  });

  it('is tried again by its delivery policy, then the message goes to the dead-letter queue', async () => {
    const TopicArn = topicNamed('flaky');
    queueNamed('dead', TopicArn);
    const healthyRetryPolicy = { numRetries: 3, numNoDelayRetries: 1, minDelayTarget: 5, maxDelayTarget: 30 };
    const { subscriber } = await subscribed(TopicArn, {
      DeliveryPolicy: JSON.stringify({ healthyRetryPolicy }),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('sqs', 'dead') }),
    });
    subscriber.answers = [500, 429, 503];
    await operator.send(new PublishCommand({ TopicArn, Message: 'nobody is there' }));
    await subscriber.count(2);
    await topics.idle();
    for (const [index, seconds] of [0, 5, 30].entries()) {
      await clock.advance(seconds * 1000 - 1);
      await topics.idle();
      expect(subscriber.received).toHaveLength(2 + index);
      expect(contents('dead')).toEqual([]);
      await clock.advance(1);
      await subscriber.count(3 + index);
      await topics.idle();
    }
    expect(contents('dead').map((body) => JSON.parse(body))).toEqual([subscriber.received[1]?.content]);
    await clock.advance(3_600_000);
    expect(subscriber.received).toHaveLength(5);
  });

  it.each([400, 403, 404, 301])('that answers %i is not asked again', async (status) => {
    const TopicArn = topicNamed(`refuses-${status}`);
    const { subscriber } = await subscribed(TopicArn);
    subscriber.answers = [status];
    await operator.send(new PublishCommand({ TopicArn, Message: `for ${status}` }));
    await subscriber.count(2);
    await topics.idle();
    await clock.advance(3_600_000);
    await topics.idle();
    expect(subscriber.received).toHaveLength(2);
    expect(log.at(-1)).toContain(`to ${subscriber.endpoint}: the endpoint refused it`);
  });

  it('confirms with its token alone, for two days', async () => {
    const TopicArn = topicNamed('slow');
    const subscriber = await hook();
    await operator.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: subscriber.endpoint }));
    await subscriber.count(1);
    const { Token } = subscriber.received[0]?.content ?? {};
    await expect(operator.send(new ConfirmSubscriptionCommand({ TopicArn, Token: 'guessed' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const other = topicNamed('slow-other');
    await expect(operator.send(new ConfirmSubscriptionCommand({ TopicArn: other, Token }))).rejects.toThrow('Token');
    await clock.advance(2 * 86_400_000 + 1);
    await expect(operator.send(new ConfirmSubscriptionCommand({ TopicArn, Token }))).rejects.toThrow('Token');
    expect(topics.subscriptions(TopicArn)).toMatchObject([{ confirmed: false }]);
  });

  it('that confirmed with AuthenticateOnUnsubscribe is unsubscribed by signed requests only', async () => {
    const TopicArn = topicNamed('kept');
    const subscriber = await hook();
    await operator.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: subscriber.endpoint }));
    await subscriber.count(1);
    const { Token } = subscriber.received[0]?.content ?? {};
    const confirm = new ConfirmSubscriptionCommand({ TopicArn, Token, AuthenticateOnUnsubscribe: 'true' });
    const { SubscriptionArn } = await operator.send(confirm);
    const link = `${api.secureEndpoint}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`;
    expect((await fetch(link)).status).toBe(403);
    await expect(clientOf('reader').send(new UnsubscribeCommand({ SubscriptionArn }))).rejects.toThrow(
      'not authorized',
    );
    await operator.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(topics.subscriptions(TopicArn)).toEqual([]);
  });
});

describe('a queue', () => {
  it('gets what its filter policy lets through, raw or not, at once', async () => {
    const TopicArn = topicNamed('filtered');
    for (const name of ['all', 'infected']) queueNamed(name, TopicArn);
    const subscribe = (name: string, Attributes: Record<string, string>) =>
      operator.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arnOf('sqs', name), Attributes }));
    await subscribe('all', {});
    await subscribe('infected', { RawMessageDelivery: 'true', FilterPolicy: '{"status":["INFECTED"]}' });
    for (const StringValue of ['CLEAN', 'INFECTED']) {
      const MessageAttributes = { status: { DataType: 'String', StringValue } };
      await operator.send(new PublishCommand({ TopicArn, Message: `it is ${StringValue}`, MessageAttributes }));
    }
    expect(contents('all').map((body) => JSON.parse(body).Message)).toEqual(['it is CLEAN', 'it is INFECTED']);
    for (const body of contents('all')) await verify(JSON.parse(body));
    expect(queues.byName('infected')?.messages()).toMatchObject([
      { body: 'it is INFECTED', attributes: { status: { DataType: 'String', StringValue: 'INFECTED' } } },
    ]);
  });

  it('whose policy says nothing gets nothing, until it does', async () => {
    const TopicArn = topicNamed('quiet');
    const queue = queueNamed('closed');
    await operator.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
    await operator.send(new PublishCommand({ TopicArn, Message: 'lost' }));
    expect(contents('closed')).toEqual([]);
    expect(log.at(-1)).toMatch(/^SNS did not deliver Notification \S+ to \S+:closed: .*policy/);
    queues.configure(queue, { Policy: JSON.stringify(senderPolicy(queue.arn, 'sns', arnOf('sns', 'another'))) });
    await operator.send(new PublishCommand({ TopicArn, Message: 'lost too' }));
    queues.configure(queue, { Policy: JSON.stringify(senderPolicy(queue.arn, 'sns', TopicArn)) });
    await operator.send(new PublishCommand({ TopicArn, Message: 'found' }));
    await topics.idle();
    expect(contents('closed').map((body) => JSON.parse(body).Message)).toEqual(['found']);
  });

  it('takes a batch, but for the entries that are not valid', async () => {
    const TopicArn = topicNamed('batch');
    const { arn } = queueNamed('batched', TopicArn);
    await operator.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
    const attribute = { DataType: 'Number', StringValue: 'many' };
    const PublishBatchRequestEntries = [
      { Id: 'a', Message: 'one' },
      { Id: 'b', Message: 'two', MessageAttributes: { count: attribute } },
      { Id: 'c', Message: '{"default":"three","sqs":"four"}', MessageStructure: 'json' },
    ];
    const answer = await operator.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'ParameterValueInvalid', SenderFault: true }]);
    expect(contents('batched').map((body) => JSON.parse(body).Message)).toEqual(['one', 'four']);
    for (const [entries, name] of [
      [[], 'EmptyBatchRequestException'],
      [[{ Id: 'a' }, { Id: 'a' }], 'BatchEntryIdsNotDistinctException'],
      [[{ Id: 'a b' }], 'InvalidBatchEntryIdException'],
      [Array.from({ length: 11 }, (_, Id) => ({ Id: String(Id) })), 'TooManyEntriesInBatchRequestException'],
      [['a', 'b'].map((Id) => ({ Id, Message: 'x'.repeat(200_000) })), 'BatchRequestTooLongException'],
    ] as const) {
      const batch = entries.map((entry) => ({ Message: 'x', ...entry }));
      const command = new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: batch });
      await expect(operator.send(command)).rejects.toMatchObject({ name });
    }
  });
});

it('lists topics and subscriptions, pages of 100; nobody confirms by mail', async () => {
  const TopicArn = topicNamed('listed');
  for (let index = 0; index < 101; index++) {
    await topics.subscribe({ topicArn: TopicArn, protocol: 'email', endpoint: `${index}@example.com` });
  }
  const first = await operator.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(first.Subscriptions?.map(({ SubscriptionArn }) => SubscriptionArn)).toEqual(
    Array.from({ length: 100 }, () => 'PendingConfirmation'),
  );
  const { NextToken } = first;
  const second = await operator.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
  expect(second.Subscriptions?.map(({ Endpoint }) => Endpoint)).toEqual(['100@example.com']);
  expect(second.NextToken).toBeUndefined();
  const { Topics: all = [] } = await operator.send(new ListTopicsCommand({}));
  expect(all).toContainEqual({ TopicArn });
  expect((await operator.send(new ListSubscriptionsCommand({}))).Subscriptions).toHaveLength(100);
  const { Attributes } = await operator.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ SubscriptionsPending: '101', SubscriptionsConfirmed: '0' });
  expect(JSON.parse(Attributes?.EffectiveDeliveryPolicy ?? '')).toMatchObject({
    http: { defaultHealthyRetryPolicy: { numRetries: 3, minDelayTarget: 20, maxDelayTarget: 20 } },
  });
});

it('subscribes an endpoint once, and changes what it is told', async () => {
  const TopicArn = topicNamed('once');
  const { arn: Endpoint } = queueNamed('once', TopicArn);
  const subscribe = (Attributes?: Record<string, string>) =>
    operator.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
  const { SubscriptionArn } = await subscribe();
  expect(await subscribe()).toMatchObject({ SubscriptionArn });
  await expect(subscribe({ RawMessageDelivery: 'true' })).rejects.toThrow('already exists with different attributes');
  const set = (AttributeName: string, AttributeValue: string) =>
    operator.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  await set('FilterPolicyScope', 'MessageBody');
  await set('FilterPolicy', '{"detail":{"status":["INFECTED"]}}');
  await set('RawMessageDelivery', 'true');
  for (const status of ['CLEAN', 'INFECTED']) {
    await operator.send(new PublishCommand({ TopicArn, Message: JSON.stringify({ detail: { status } }) }));
  }
  expect(contents('once')).toEqual(['{"detail":{"status":"INFECTED"}}']);
  const { Attributes } = await operator.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({
    SubscriptionArn,
    TopicArn,
    Protocol: 'sqs',
    Endpoint,
    PendingConfirmation: 'false',
    RawMessageDelivery: 'true',
    FilterPolicyScope: 'MessageBody',
    SubscriptionPrincipal: 'arn:aws:iam::000000000000:user/operator',
  });
  await set('FilterPolicy', '');
  await operator.send(new PublishCommand({ TopicArn, Message: 'anything' }));
  expect(contents('once')).toContain('anything');
});

describe('refuses', () => {
  it.each([
    ['Publish', 'sns:Publish', new PublishCommand({ TopicArn: arnOf('sns', 'any'), Message: 'x' })],
    [
      'a batch',
      'sns:Publish',
      new PublishBatchCommand({ TopicArn: arnOf('sns', 'any'), PublishBatchRequestEntries: [] }),
    ],
    ['Subscribe', 'sns:Subscribe', new SubscribeCommand({ TopicArn: arnOf('sns', 'any'), Protocol: 'sqs' })],
    ['Unsubscribe', 'sns:Unsubscribe', new UnsubscribeCommand({ SubscriptionArn: `${arnOf('sns', 'any')}:1` })],
  ])('%s without the permission', async (_, action, command) => {
    await expect(clientOf('reader').send(command as PublishCommand)).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
      $metadata: { httpStatusCode: 403 },
    });
    expect(asked.at(-1)).toBe(`reader ${action} ${arnOf('sns', 'any')}`);
  });

  it.each([
    [{ Protocol: 'sms', Endpoint: '1' }, 'protocol'],
    [{ Protocol: 'sqs', Endpoint: 'http://x' }, 'SQS endpoint ARN'],
    [{ Protocol: 'http', Endpoint: 'https://x' }, 'Endpoint must match'],
    [{ Protocol: 'https', Endpoint: 'http://x' }, 'Endpoint must match'],
    [{ Attributes: { Policy: 'x' } }, 'Unknown attribute: Policy'],
    [{ Attributes: { FilterPolicy: 'x' } }, 'failed to parse JSON'],
    [{ Attributes: { FilterPolicyScope: 'Body' } }, 'FilterPolicyScope'],
    [{ Attributes: { RawMessageDelivery: 'maybe' } }, 'RawMessageDelivery'],
    [{ Attributes: { RedrivePolicy: '{}x' } }, 'deadLetterTargetArn'],
    [{ Attributes: { DeliveryPolicy: '{"healthyRetryPolicy":{}}' } }, 'does not support a delivery policy'],
  ])('a subscription %j', async (wrong, message) => {
    const TopicArn = topicNamed('refusing');
    const valid = { TopicArn, Protocol: 'sqs', Endpoint: arnOf('sqs', 'q') };
    await expect(operator.send(new SubscribeCommand({ ...valid, ...wrong }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
    expect(topics.subscriptions(TopicArn)).toEqual([]);
  });

  it.each([
    [{ Message: '' }, 'InvalidParameterException'],
    [{ Subject: 'two\nlines' }, 'InvalidParameterException'],
    [{ Subject: 'x'.repeat(101) }, 'InvalidParameterException'],
    [{ Message: 'x'.repeat(262_145) }, 'InvalidParameterException'],
    [{ MessageStructure: 'json', Message: '{"sqs":"no default"}' }, 'InvalidParameterException'],
    [{ MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }, 'InvalidParameterValueException'],
    [{ MessageAttributes: { a: { DataType: 'Text', StringValue: 'a' } } }, 'InvalidParameterValueException'],
    [{ MessageAttributes: { 'a b': { DataType: 'String', StringValue: 'a' } } }, 'InvalidParameterValueException'],
    [{ TopicArn: arnOf('sns', 'nowhere') }, 'NotFoundException'],
  ])('to publish %j', async (wrong, name) => {
    const valid = { TopicArn: topicNamed('taking'), Message: 'x' };
    await expect(operator.send(new PublishCommand({ ...valid, ...wrong }))).rejects.toMatchObject({ name });
  });

  it('any other call, and one without a signature', async () => {
    const create = operator.send(new CreateTopicCommand({ Name: 'mine' }));
    await expect(create).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
    const unsigned = await fetch(`${api.endpoint}/?Action=ListTopics`);
    expect([unsigned.status, await unsigned.text()]).toEqual([
      403,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
  });
});
