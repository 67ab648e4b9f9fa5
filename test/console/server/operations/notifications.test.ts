import { describe, expect, it } from '@jest/globals';
import { noticeOf } from '../../../../console/server/operations/notifications.ts';

describe('a message of the queue', () => {
  it('is SNS’s envelope', () => {
    const Body = JSON.stringify({
      ...{ Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:0:Topic', Subject: 'ALARM', Message: '{"a":1}' },
      Timestamp: '2026-11-27T00:00:00.000Z',
      MessageAttributes: { status: { Type: 'String', Value: 'CLEAN' } },
    });
    expect(noticeOf({ Body })).toEqual({
      ...{ channel: 'sns', from: 'Topic', subject: 'ALARM', body: '{"a":1}', time: '2026-11-27T00:00:00.000Z' },
      attributes: { status: 'CLEAN' },
    });
  });

  it('is an event', () => {
    const Body = JSON.stringify({
      'detail-type': 'Scanned',
      time: '2026-11-27T00:00:00Z',
      detail: { status: 'CLEAN' },
    });
    expect(noticeOf({ Body })).toEqual({
      ...{ channel: 'events', from: 'Scanned', subject: undefined, attributes: {}, time: '2026-11-27T00:00:00Z' },
      body: '{"status":"CLEAN"}',
    });
  });

  it.each([
    'no JSON',
    '',
    'null',
    '7',
    '{}',
    '{"Type":"Notification"}',
    '{"Type":"Notification","TopicArn":"arn","Timestamp":"2026-11-27T00:00:00Z","Message":"m","MessageAttributes":{"a":null}}',
    '{"detail-type":"Scanned","time":"2026-11-27T00:00:00Z"}',
  ])('that is neither is shown as it is, and keeps nothing behind it from being read: %j', (Body) => {
    expect(noticeOf({ Body })).toMatchObject({ channel: 'queue', subject: undefined, attributes: {}, body: Body });
  });
});
