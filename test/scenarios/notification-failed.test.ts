import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Airlock, leftovers } from '../support/airlock.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { startSnsFaultProxy } from '../support/notification-faults.ts';

/** The verdict is on the object, but nobody could be notified. */
let airlock: Airlock;
let sns: FaultProxy;
let down = false;
beforeAll(async () => {
  sns = await startSnsFaultProxy(() => (down ? 'internalError' : undefined));
  airlock = await Airlock.start({ environment: { AWS_ENDPOINT_URL_SNS: sns.endpoint } });
  sns.forwardTo(airlock.pipeline.endpoints.sns);
});
afterAll(async () => {
  await airlock.close();
  await sns.close();
  expect(await leftovers()).toEqual([]);
});

it('SNS does not know the topic: no retry helps', async () => {
  const topics = airlock.pipeline.stack.ofType('AWS::SNS::Topic').map(({ arn }) => arn);
  airlock.pipeline.topics.delete(topics.find((topic) => topic.includes(':Notifications')) ?? '');
  const { result, tags, events } = await airlock.upload('note.txt', 'all is well');
  expect(result).toMatchObject({ status: 'FAILED', error: 'InvalidConfiguration', retries: {} });
  expect(result.states.slice(-2)).toEqual(['Notify', 'Notification Failed']);
  expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(events).toEqual([]);
  expect(airlock.alarms()).toEqual([expect.stringMatching(/^Executions failed:/)]);
});

it('SNS is down: retried until there is no hope', async () => {
  down = true;
  const upload = await airlock.begin('note.txt', 'all is well');
  expect(await upload.execution.result).toMatchObject({
    status: 'FAILED',
    error: 'NotificationFailed',
    retries: { Notify: 6 },
  });
  expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(airlock.temporaryFiles()).toEqual([]);
});
