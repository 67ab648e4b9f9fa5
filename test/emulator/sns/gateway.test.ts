import { CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startSnsGateway } from '../../../emulator/sns/gateway.ts';

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:topic';
let topics: FauxqsServer;
let gateway: Listening;
const clients: SNSClient[] = [];
beforeAll(async () => {
  topics = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  topics.createTopic('topic');
  topics.createQueue('heard');
  topics.subscribe({ topic: 'topic', queue: 'heard' });
  const isOperator = async (who: string) => ({ allowed: who === 'operator', reason: 'not you', grants: [] });
  gateway = await startSnsGateway(topics.address, { publish: isOperator, list: isOperator });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await gateway.close();
  await topics.stop();
});

function clientOf(accessKeyId: string, endpoint = gateway.endpoint) {
  const credentials = { accessKeyId, secretAccessKey: 'x' };
  const client = new SNSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}
const list = (who: string) => clientOf(who).send(new ListSubscriptionsByTopicCommand({ TopicArn }));

it('lists who subscribes to a topic; an address stays unconfirmed', async () => {
  const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' });
  await clientOf('x', topics.address).send(subscribe);
  const { Subscriptions = [] } = await list('operator');
  expect(Object.fromEntries(Subscriptions.map((each) => [each.Protocol, each.SubscriptionArn]))).toEqual({
    sqs: expect.stringMatching(`^${TopicArn}:`),
    email: 'PendingConfirmation',
  });
});

it('refuses whom IAM denies, and any other call', async () => {
  await expect(list('reader')).rejects.toMatchObject({ name: expect.stringMatching(/^AuthorizationError/) });
  const create = clientOf('operator').send(new CreateTopicCommand({ Name: 'mine' }));
  await expect(create).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});
