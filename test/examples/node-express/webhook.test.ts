import { createServer } from 'node:http';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import express from 'express';
import { systemClock } from '../../../emulator/clock.ts';
import { createCertificateAuthority } from '../../../emulator/http/certificate-authority.ts';
import { type Listening, listenOnLoopback } from '../../../emulator/http/loopback.ts';
import { PolicyEngine } from '../../../emulator/iam/policy-engine.ts';
import { type SnsApi, startSnsApi } from '../../../emulator/sns/api.ts';
import { createSigner, type Signer, type Unsigned } from '../../../emulator/sns/signer.ts';
import { Topics } from '../../../emulator/sns/topics.ts';
import { Consent } from '../../../emulator/sqs/consent.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';
import { webhook } from '../../../examples/node-express/webhook.ts';

/** The webhook in Express, and SNS that signs and asks for confirmation. */
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:Notifications';
const OTHER_TOPIC = 'arn:aws:sns:us-east-1:111111111111:Notifications';
const MINUTE = 60_000;
const queues = new Queues({ clock: systemClock });
const trusted = getCACertificates();
const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
const onNotification = jest.fn<(notification: unknown) => Promise<unknown>>();
let topics: Topics;
let sns: SnsApi;
let signer: Signer;
let application: Listening;

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  signer = createSigner(await authority.issueForSigning('sns'), () => sns.secureEndpoint);
  topics = new Topics({
    clock: systemClock,
    queues,
    consent: new Consent((question) => new PolicyEngine().decide(question)),
    signer,
    endpoint: () => sns.secureEndpoint,
    log: () => undefined,
  });
  sns = await startSnsApi({
    topics,
    signer,
    identity: await authority.issueForServer(),
    arnOf: (accessKeyId) => accessKeyId,
    authorize: async () => ({ allowed: true, reason: '', grants: [] }),
  });
  topics.create(TOPIC, { SignatureVersion: '2' });
  setDefaultCACertificates([...trusted, authority.certificate]);
  const app = express();
  const { host } = new URL(sns.secureEndpoint);
  app.use('/verdicts', webhook({ topicArn: TOPIC, trustedHost: new RegExp(`^${host}$`), onNotification }));
  app.use('/of-aws', webhook({ topicArn: TOPIC, onNotification }));
  // Express would print the fault.
  app.use(((_fault, _request, response, _next) => response.status(500).end()) as express.ErrorRequestHandler);
  application = await listenOnLoopback(createServer(app));
});
beforeEach(() => {
  onNotification.mockReset().mockResolvedValue(undefined);
  warn.mockClear();
});
afterAll(async () => {
  warn.mockRestore();
  setDefaultCACertificates(trusted);
  await application.close();
  await topics.close();
  await sns.close();
  queues.close();
});

/** As SNS sends it. */
function signed(changes: Partial<Unsigned> = {}): Record<string, string> {
  const message: Unsigned = {
    Type: 'Notification',
    MessageId: 'c0ffee',
    TopicArn: TOPIC,
    Message: JSON.stringify({ key: 'a', status: 'CLEAN' }),
    Timestamp: new Date().toISOString(),
    ...changes,
  };
  return { ...message, ...signer.sign(message, '2') };
}

async function send(message: unknown, path = '/verdicts'): Promise<number> {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const headers = { 'content-type': 'text/plain; charset=UTF-8' };
  const answer = await fetch(application.endpoint + path, { method: 'POST', headers, body });
  await answer.text();
  return answer.status;
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();

it('confirms its subscription, and hears what is published', async () => {
  const heard = new Promise((resolve) => {
    onNotification.mockImplementation(async (notification) => resolve(notification));
  });
  const endpoint = `${application.endpoint}/verdicts`;
  await topics.subscribe({ topicArn: TOPIC, protocol: 'http', endpoint });
  await new Promise<void>((resolve) => {
    const look = () => (topics.subscriptions(TOPIC)[0]?.confirmed ? resolve() : setImmediate(look));
    look();
  });
  topics.publish(TOPIC, { message: JSON.stringify({ key: 'ü', status: 'INFECTED' }) });
  expect(await heard).toEqual({ key: 'ü', status: 'INFECTED' });
  expect(warn).not.toHaveBeenCalled();
});

it('takes what is signed, in either version of the signature', async () => {
  expect(await send(signed())).toBe(204);
  const { Signature: _, SignatureVersion: __, SigningCertURL: ___, ...message } = signed();
  expect(await send({ ...message, ...signer.sign(message as unknown as Unsigned, '1') })).toBe(204);
  expect(onNotification).toHaveBeenCalledTimes(2);
});

it('is sent again what the application could not take', async () => {
  onNotification.mockRejectedValue(new Error('no database'));
  expect(await send(signed())).toBe(500);
});

describe('refuses', () => {
  it.each([
    ['a forged message', () => ({ ...signed(), Message: '{"key":"a","status":"CLEAN","forged":1}' })],
    ['a forged time', () => ({ ...signed({ Timestamp: minutesAgo(61) }), Timestamp: minutesAgo(0) })],
    ['a message without a signature', () => ({ ...signed(), Signature: undefined })],
    ['a certificate from elsewhere', () => ({ ...signed(), SigningCertURL: 'https://sns.evil.example/a.pem' })],
    ['a certificate by http', () => ({ ...signed(), SigningCertURL: 'http://127.0.0.1/a.pem' })],
    ['a message from an hour ago', () => signed({ Timestamp: minutesAgo(61) })],
    ['a message from the future', () => signed({ Timestamp: minutesAgo(-6) })],
    ['a message without a time', () => signed({ Timestamp: '' })],
    ['a message of another topic', () => signed({ TopicArn: OTHER_TOPIC })],
    [
      'a confirmation of another topic',
      () =>
        signed({
          Type: 'SubscriptionConfirmation',
          TopicArn: OTHER_TOPIC,
          SubscribeURL: sns.secureEndpoint,
          Token: 't',
        }),
    ],
    ['what is no JSON', () => 'Hello'],
    ['what is no message', () => 'null'],
    ['nothing', () => ''],
  ])('%s', async (_, message) => {
    expect(await send(message())).toBe(403);
    expect(onNotification).not.toHaveBeenCalled();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('every certificate but those of AWS, unless told otherwise', async () => {
    expect(await send(signed(), '/of-aws')).toBe(403);
  });
});
