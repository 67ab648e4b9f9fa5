import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { startEventBridgeApi } from '../../../emulator/event-bridge/api.ts';
import type { BusEvent } from '../../../emulator/event-bridge/event.ts';
import { Rules } from '../../../emulator/event-bridge/rules.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';

let api: Listening;
let events: BusEvent[] = [];
beforeAll(async () => {
  api = await startEventBridgeApi({
    rules: new Rules(),
    put: (event) => events.push(event),
    authorize: async () => ({ allowed: true, reason: '', grants: [] }),
  });
});
beforeEach(() => {
  events = [];
});
afterAll(() => api.close());

it('takes no event in the name of AWS, and the others of the same call', async () => {
  const client = new EventBridgeClient({
    endpoint: api.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
  const entry = { DetailType: 'GuardDuty Malware Protection Object Scan Result', Detail: '{}' };
  const answer = await client.send(
    new PutEventsCommand({ Entries: ['aws.guardduty', 's3-airlock'].map((Source) => ({ ...entry, Source })) }),
  );
  client.destroy();
  expect(answer).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }, { EventId: expect.any(String) }],
  });
  expect(events.map(({ source }) => source)).toEqual(['s3-airlock']);
});
