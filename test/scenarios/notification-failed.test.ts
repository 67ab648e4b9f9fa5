import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Airlock, leftovers } from '../support/airlock.ts';

/** The verdict is on the object, but nobody could be notified. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

it('SNS does not know the topic: no retry helps', async () => {
  const topics = airlock.pipeline.stack.ofType('AWS::SNS::Topic').map(({ arn }) => arn.split(':').at(-1) ?? '');
  airlock.pipeline.topics.deleteTopic(topics.find((topic) => topic.startsWith('Notifications')) ?? '');
  const { result, tags, events } = await airlock.upload('note.txt', 'all is well');
  expect(result).toMatchObject({ status: 'FAILED', error: 'InvalidConfiguration', retries: {} });
  expect(result.states.slice(-2)).toEqual(['Notify', 'Notification Failed']);
  expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(events).toEqual([]);
  expect(airlock.alarms()).toEqual([expect.stringMatching(/^Executions failed:/)]);
});

it('SNS is down: retried until there is no hope', async () => {
  await airlock.pipeline.topics.stop();
  const upload = await airlock.begin('note.txt', 'all is well');
  expect(await upload.execution.result).toMatchObject({
    status: 'FAILED',
    error: 'NotificationFailed',
    retries: { Notify: 6 },
  });
  expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(airlock.temporaryFiles()).toEqual([]);
});
