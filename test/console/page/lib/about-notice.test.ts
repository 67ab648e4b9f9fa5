import { describe, expect, it } from '@jest/globals';
import { aboutOf } from '../../../../console/page/lib/about-notice.ts';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import type { Notification } from '../../../../functions/domain/notification.ts';

const KEY = 'in/<img src=x onerror=alert(1)>\u202e.txt';
const notification: Notification = {
  ...{ scanId: 'arn:aws:states:us-east-1:0:execution:Scan:1', duplicateId: 'd', bucket: 'uploads', key: KEY },
  ...{ version: 'v', etag: 'e', size: 68, type: 'text/plain', status: 'INFECTED', finding: 'Eicar' },
  ...{ definitions: 'test', activeContent: [], action: 'tag', tagged: true, scanTime: '2026-11-27T00:00:00.000Z' },
  durations: { verdictMs: 1, totalMs: 2 },
};

describe('what a notification is about', () => {
  it.each(DIALECT_NAMES)('is found in dialect %s, in the message and in the event', (name) => {
    const { body, attributes, detail } = dialectNamed(name, 'clamav-status').message(notification);
    const expected = { bucket: 'uploads', key: KEY, status: expect.stringMatching(/INFECTED|infected|THREATS_FOUND/) };
    expect(aboutOf({ body, attributes })).toEqual(expected);
    expect(aboutOf({ body: JSON.stringify(detail), attributes: {} })).toEqual(expected);
  });

  it('is nothing where it is no JSON', () => {
    expect(aboutOf({ body: 'a note', attributes: {} })).toEqual({ status: '', bucket: '', key: '' });
    expect(aboutOf({ body: 'null', attributes: {} })).toEqual({ status: '', bucket: '', key: '' });
  });
});
