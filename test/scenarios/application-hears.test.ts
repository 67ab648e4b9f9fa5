import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ConfirmSubscriptionCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, VERSIONED } from '../support/airlock.ts';
import { senderPolicy } from '../support/hear-topic.ts';
import { LOOPBACK_ADDRESS, listeningAddresses } from '../support/listening-sockets.ts';
import { type Subscriber, startSubscriber, verify } from '../support/sns-subscriber.ts';

/** An application subscribes, and hears of what becomes of its uploads. */
let airlock: Airlock;
let hook: Subscriber;
const trusted = getCACertificates();
beforeAll(async () => {
  airlock = await Airlock.start();
  hook = await startSubscriber();
  const authority = readFileSync(airlock.pipeline.certificateAuthority, 'utf8');
  setDefaultCACertificates([...trusted, authority]);
}, 60_000);
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await hook.close();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const topicArn = () =>
  airlock.pipeline.stack.ofType('AWS::SNS::Topic').find(({ arn }) => arn.includes(':Notifications'))?.arn ?? '';

const settings = (who: string, endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: accessKeyIdOf(who), secretAccessKey: 'anything' },
  maxAttempts: 1,
});

it('subscribes an endpoint and a queue; two uploads, two signed notifications, two statuses, one 200 and one 403', async () => {
  const { endpoints } = airlock.pipeline;
  const TopicArn = topicArn();
  const operator = new SNSClient(settings(OPERATOR, endpoints.sns));
  const reader = new SNSClient(settings(READER, endpoints.sns));
  const sqs = new SQSClient(settings(OPERATOR, endpoints.sqs));
  try {
    const subscribe = { TopicArn, Protocol: 'http', Endpoint: hook.endpoint };
    await expect(reader.send(new SubscribeCommand(subscribe))).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
    });
    await operator.send(new SubscribeCommand(subscribe));
    await hook.count(1);
    const asking = hook.received[0]?.content ?? {};
    expect(await verify(asking)).toMatchObject({ Type: 'SubscriptionConfirmation', TopicArn });
    await operator.send(new ConfirmSubscriptionCommand({ TopicArn, Token: asking.Token }));
    const queueArn = 'arn:aws:sqs:us-east-1:000000000000:app-verdicts';
    const Policy = JSON.stringify(senderPolicy(queueArn, 'sns', TopicArn));
    const created = await sqs.send(new CreateQueueCommand({ QueueName: 'app-verdicts', Attributes: { Policy } }));
    const FilterPolicy = JSON.stringify({ status: ['INFECTED'] });
    await operator.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes: { FilterPolicy } }),
    );

    await airlock.upload('clean.txt', 'all is well');
    await airlock.upload('eicar.txt', eicar());
    await hook.count(3);
    const statuses = new Map<string, string>();
    for (const { content } of hook.received.slice(1)) {
      await verify(content);
      await expect(verify({ ...content, Message: '{"status":"CLEAN"}' })).rejects.toThrow('signature');
      const { key, status } = JSON.parse(content.Message ?? '');
      statuses.set(key, status);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 'clean.txt': 'CLEAN', 'eicar.txt': 'INFECTED' });

    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: created.QueueUrl }));
    expect(Messages.map(({ Body = '' }) => JSON.parse(JSON.parse(Body).Message).key)).toEqual(['eicar.txt']);

    const get = (Key: string) => airlock.pipeline.client(READER).send(new GetObjectCommand({ Bucket: VERSIONED, Key }));
    const { Body } = await get('clean.txt');
    expect(await Body?.transformToString()).toBe('all is well');
    await expect(get('eicar.txt')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  } finally {
    for (const client of [operator, reader, sqs]) client.destroy();
  }
}, 60_000);

it('puts a rule of its own that sends the verdicts and the events of S3 to a queue', async () => {
  const { endpoints, queues } = airlock.pipeline;
  const operator = new EventBridgeClient(settings(OPERATOR, endpoints.eventBridge));
  const reader = new EventBridgeClient(settings(READER, endpoints.eventBridge));
  try {
    const EventPattern = JSON.stringify({
      source: ['s3-airlock', 'aws.s3'],
      'detail-type': ['Object Scan Completed', 'Object Created'],
    });
    const rule = new PutRuleCommand({ Name: 'app-rule', EventPattern });
    await expect(reader.send(rule)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const { RuleArn = '' } = await operator.send(rule);
    const Arn = 'arn:aws:sqs:us-east-1:000000000000:app-events';
    const queue = queues.request('app-events', {}, endpoints.sqs);
    const InputTransformer = { InputPathsMap: { what: '$.detail-type' }, InputTemplate: '{"what": <what>}' };
    const Targets = [{ Id: '1', Arn, InputTransformer }];
    await operator.send(new PutTargetsCommand({ Rule: 'app-rule', Targets }));
    await airlock.upload('first.txt', 'its policy lets nobody');
    expect(queue.messages()).toEqual([]);
    queues.configure(queue, { Policy: JSON.stringify(senderPolicy(Arn, 'events', RuleArn)) });
    await airlock.upload('second.txt', 'its policy lets the rule');
    expect(queue.messages().map(({ body }) => JSON.parse(body))).toEqual([
      { what: 'Object Created' },
      { what: 'Object Scan Completed' },
    ]);

    const { Rules = [] } = await operator.send(new ListRulesCommand({ NamePrefix: 'app-' }));
    expect(Rules).toMatchObject([{ Name: 'app-rule', State: 'ENABLED', EventPattern }]);
    await expect(operator.send(new DeleteRuleCommand({ Name: 'app-rule' }))).rejects.toThrow('since it has targets');
    await operator.send(new RemoveTargetsCommand({ Rule: 'app-rule', Ids: ['1'] }));
    await operator.send(new DeleteRuleCommand({ Name: 'app-rule' }));
    for (const [wrong, name] of [
      [{ EventPattern: '{"source":"s3-airlock"}' }, 'InvalidEventPatternException'],
      [{}, 'ValidationException'],
      [{ EventPattern, Name: 'a b' }, 'ValidationException'],
    ] as const) {
      await expect(operator.send(new PutRuleCommand({ Name: 'wrong', ...wrong }))).rejects.toMatchObject({ name });
    }
    const lambda = [{ Id: '1', Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }];
    await expect(operator.send(new PutTargetsCommand({ Rule: 'nowhere', Targets: lambda }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  } finally {
    operator.destroy();
    reader.destroy();
  }
}, 60_000);

it('listens on the loopback only, the scan engine included', () => {
  const addresses = listeningAddresses([process.pid, ...airlock.engines()]);
  // S3, SNS twice and the other services.
  expect(addresses.length).toBeGreaterThan(10);
  expect(new Set(addresses)).toEqual(new Set([LOOPBACK_ADDRESS]));
});
