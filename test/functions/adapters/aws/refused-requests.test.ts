import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../../../emulator/clock.ts';
import type { Listening } from '../../../../emulator/http/loopback.ts';
import { startSqsApi } from '../../../../emulator/sqs/api.ts';
import { Queues } from '../../../../emulator/sqs/queues.ts';
import { createRefusedRequests } from '../../../../functions/adapters/aws/refused-requests.ts';

const queues = new Queues({ clock: systemClock });
let api: Listening;
let allowed = true;

beforeAll(async () => {
  api = await startSqsApi({
    queues,
    clock: systemClock,
    authorize: async () => ({ allowed, reason: 'says the test', grants: [] }),
  });
  queues.create({
    arn: 'arn:aws:sqs:us-east-1:000000000000:refused',
    ref: `${api.endpoint}/000000000000/refused`,
    properties: {},
  });
});
afterAll(async () => {
  queues.close();
  await api.close();
});

const refused = () =>
  createRefusedRequests({
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_SQS: api.endpoint,
    AWS_ACCESS_KEY_ID: 'worker',
    AWS_SECRET_ACCESS_KEY: 'secret',
    REFUSED_QUEUE_URL: `${api.endpoint}/000000000000/refused`,
  });
const last = () => queues.byName('refused')?.messages('visible').at(-1);

it('sends a request with its reason, where EventBridge writes its own', async () => {
  await refused().send('{"bucket":"b","key":"k"}', 'InvalidInput: bucket: no');
  expect(last()).toMatchObject({
    body: '{"bucket":"b","key":"k"}',
    attributes: {
      ERROR_CODE: { StringValue: 'REQUEST_REFUSED' },
      ERROR_MESSAGE: { StringValue: 'InvalidInput: bucket: no' },
    },
  });
});

it('sends the same JSON where a key has characters that no message may contain', async () => {
  const key = 'a\u0001\uFFFE\uFFFF\uD83D b😀';
  await refused().send(JSON.stringify({ key }), `no ${key}`);
  expect(JSON.parse(last()?.body ?? '')).toEqual({ key });
  expect(last()?.body).not.toMatch(/[\uFFFE\uFFFF]/);
});

it('shortens a reason that names a thousand objects', async () => {
  await refused().send('{}', 'x'.repeat(1_000_000));
  expect(JSON.stringify(last()).length).toBeLessThan(3_000);
});

it('throws what may be tried again when SQS does not take it', async () => {
  allowed = false;
  await expect(refused().send('{}', 'no')).rejects.toMatchObject({ name: 'RefusalUndelivered', transient: true });
});
