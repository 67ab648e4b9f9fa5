import { expect, it } from '@jest/globals';
import { createChannels } from '../../functions/adapters/aws/channels.ts';
import {
  EVENTS_FAULTS,
  type EventsFault,
  SNS_FAULTS,
  type SnsFault,
  startEventsFaultProxy,
  startSnsFaultProxy,
} from './notification-faults.ts';

const NOTIFICATION = { scanId: 'arn:scan', key: 'ü+1' };
const MESSAGE = {
  type: 'Object Scan Completed',
  body: JSON.stringify(NOTIFICATION),
  attributes: {},
  detail: NOTIFICATION,
};
const channels = (endpoint: string) =>
  createChannels({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_SNS: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:findings',
    EVENT_BUS_NAME: 'default',
  });
/** Those that need no service behind the proxy. */
const ofService = <F extends string>(faults: readonly F[]) =>
  faults.filter((fault) => !/lost|reset|trunc|slow|stall/i.test(fault));

it.each(ofService<SnsFault>(SNS_FAULTS))('SNS %s: no message was taken', async (fault) => {
  const seen: object[] = [];
  const proxy = await startSnsFaultProxy((notification) => {
    seen.push(notification);
    return fault;
  });
  const published = channels(proxy.endpoint).sns(MESSAGE);
  const name = fault === 'denied' ? 'AccessDenied' : 'NotificationFailed';
  await expect(published).rejects.toMatchObject({ name });
  expect(seen[0]).toEqual(NOTIFICATION);
  await proxy.close();
});

it.each(ofService<EventsFault>(EVENTS_FAULTS))('EventBridge %s: no event was taken', async (fault) => {
  const seen: object[] = [];
  const proxy = await startEventsFaultProxy((notification) => {
    seen.push(notification);
    return fault;
  });
  const put = channels(proxy.endpoint).events(MESSAGE);
  const name = fault === 'denied' ? 'AccessDenied' : 'NotificationFailed';
  await expect(put).rejects.toMatchObject({ name });
  expect(seen[0]).toEqual(NOTIFICATION);
  await proxy.close();
});
