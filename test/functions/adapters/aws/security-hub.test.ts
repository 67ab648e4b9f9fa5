import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Listening } from '../../../../emulator/http/loopback.ts';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { startSecurityHubApi } from '../../../../emulator/security-hub/api.ts';
import { DEFAULT_PRODUCT, SecurityHub } from '../../../../emulator/security-hub/hub.ts';
import { createChannels } from '../../../../functions/adapters/aws/channels.ts';
import type { Message } from '../../../../functions/domain/channels.ts';
import type { Notification } from '../../../../functions/domain/notification.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

const notification: Notification = {
  ...{ scanId: 'arn', duplicateId: 'd', bucket: 'uploads', key: 'a.txt', version: null, etag: 'abc', size: 3 },
  ...{ type: null, status: 'INFECTED', finding: 'Win.Test', definitions: null, activeContent: [], action: 'tag' },
  ...{ tagged: true, scanTime: '2026-11-27T03:00:00.000Z', durations: { verdictMs: 1, totalMs: 2 } },
};
const message = (over: Partial<Notification> = {}): Message => ({
  ...{ type: 'Object Scan Completed', body: '', attributes: {}, detail: {} },
  told: { ...notification, ...over },
});

const hub = new SecurityHub();
let api: Listening;
let server: Server;
let s3: TestServer;
/** Operations on the objects that say which findings are open. */
let asked: string[] = [];
let refuses: string | undefined;
let answer: { status: number; body: object; type?: string };
beforeAll(async () => {
  api = await startSecurityHubApi({ hub, authorize: async () => ({ allowed: true, grants: [], reason: '' }) });
  server = createServer((_, response) => {
    const { status, body, type = '' } = answer;
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
      .end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  s3 = await startTestServer({
    onRequest({ operation }) {
      asked.push(operation);
      if (operation === refuses) throw new S3Error(503, 'SlowDown', 'Please reduce your request rate.');
    },
  });
  s3.createBucket('results');
});
beforeEach(() => {
  hub.enabled = true;
  asked = [];
  refuses = undefined;
});
afterAll(async () => {
  await api.close();
  await s3.stop();
  await new Promise((resolve) => server.close(resolve));
});

const channels = (endpoint: string) =>
  createChannels({
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
    ...{ TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:x', EVENT_BUS_NAME: 'default' },
    ...{ SECURITY_HUB_PRODUCT_ARN: DEFAULT_PRODUCT, AWS_ENDPOINT_URL_SECURITYHUB: endpoint },
    ...{ RESULTS_BUCKET: 'results', AWS_ENDPOINT_URL_S3: s3.endpoint },
  });
const send = (said: Message, endpoint = api.endpoint) => channels(endpoint).securityHub?.(said);
const answered = (said: typeof answer) => {
  answer = said;
  return send(message(), `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};

it('imports a finding, and archives the same one later', async () => {
  await send(message());
  expect(hub.all()).toMatchObject([{ RecordState: 'ACTIVE', Malware: [{ Name: 'Win.Test', State: 'OBSERVED' }] }]);
  await send(message({ action: 'quarantine', scanTime: '2026-11-28T03:00:00.000Z' }));
  expect(hub.all()).toMatchObject([{ RecordState: 'ARCHIVED', Malware: [{ State: 'REMOVED' }] }]);
});

describe('what is CLEAN', () => {
  const key = 'overwritten.txt';
  const infected = message({ key });
  const clean = message({ key, status: 'CLEAN', finding: null, scanTime: '2026-11-28T03:00:00.000Z' });
  const stateOf = () => hub.all().find(({ Description }) => String(Description).endsWith(`/${key}`))?.RecordState;

  it('sends nothing where there is no finding, and S3 is asked once', async () => {
    const before = hub.all().length;
    expect(await send(clean)).toBe(false);
    expect(hub.all()).toHaveLength(before);
    expect(asked).toEqual(['HeadObject']);
  });

  it('archives the finding of malware, once, however often the archiving is tried', async () => {
    expect(await send(infected)).toBe(true);
    expect(stateOf()).toBe('ACTIVE');
    hub.enabled = false;
    await expect(send(clean)).rejects.toMatchObject({ name: 'AccessDenied' });
    hub.enabled = true;
    refuses = 'DeleteObject';
    await expect(send(clean)).rejects.toMatchObject({ name: 'NotificationFailed' });
    refuses = undefined;
    expect(await send(clean)).toBe(true);
    expect(stateOf()).toBe('ARCHIVED');
    expect(await send(clean)).toBe(false);
    expect(s3.buckets.listObjects('results', { prefix: 'findings/' }).entries).toEqual([]);
  });

  it('is of its own version', async () => {
    await send(message({ key, version: 'v1' }));
    expect(await send(message({ key, version: 'v2', status: 'CLEAN', finding: null }))).toBe(false);
  });
});

it('keeps no finding active that it could not remember', async () => {
  const before = hub.all().length;
  refuses = 'PutObject';
  await expect(send(message({ key: 'not-remembered.txt' }))).rejects.toMatchObject({ name: 'NotificationFailed' });
  expect(hub.all()).toHaveLength(before);
});

it('says nothing of what is about no object', async () => {
  const { told: _, ...totals } = message();
  const before = hub.all().length;
  await send(totals);
  expect(hub.all()).toHaveLength(before);
});

it('names an account without Security Hub as one that refuses', async () => {
  hub.enabled = false;
  await expect(send(message())).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('is not subscribed to AWS Security Hub'),
  });
});

const failed = (ErrorCode: string) => ({
  ...{ FailedCount: 1, SuccessCount: 0 },
  FailedFindings: [{ Id: 'x', ErrorCode, ErrorMessage: 'no' }],
});
it.each<[string, typeof answer, string]>([
  ['a finding that is wrong', { status: 200, body: failed('InvalidInput') }, 'InvalidInput'],
  ['a finding that may be taken later', { status: 200, body: failed('InternalError') }, 'NotificationFailed'],
  ['a throttled finding', { status: 200, body: failed('ThrottlingException') }, 'NotificationFailed'],
  ['an answer that names none', { status: 200, body: { FailedCount: 0, SuccessCount: 0 } }, 'NotificationFailed'],
  ['too many requests', { status: 429, body: {}, type: 'LimitExceededException' }, 'NotificationFailed'],
  ['a fault of its own', { status: 500, body: {}, type: 'InternalException' }, 'NotificationFailed'],
  ['a request that is wrong', { status: 400, body: {}, type: 'InvalidInputException' }, 'InvalidInput'],
])('calls %s by its name', async (_, said, name) => {
  await expect(answered(said)).rejects.toMatchObject({ name });
});
