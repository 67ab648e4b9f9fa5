import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMessage } from '../../../../emulator/sns/message.ts';
import { asSubject } from '../../../../functions/adapters/aws/message-text.ts';

describe('asSubject', () => {
  it.each([
    ['s3-virusscan s3://uploads', 's3-virusscan s3://uploads'],
    ['  spaces at the start', 'spaces at the start'],
    ['two\nlines\t\u0007', 'two?lines??'],
    ['Ü 😀', '? ?'],
    ['x'.repeat(200), 'x'.repeat(99)],
    ['   ', undefined],
    ['', undefined],
  ])('makes of %j %j', (text, subject) => {
    expect(asSubject(text)).toBe(subject);
  });

  it('makes nothing that SNS refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (text) => {
        expect(() => createMessage({ message: 'body', subject: asSubject(text) }, 0)).not.toThrow();
      }),
    );
  });
});
