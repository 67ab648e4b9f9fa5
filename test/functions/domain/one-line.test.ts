import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { oneLine } from '../../../functions/domain/one-line.ts';

it.each([
  ['plain text, ünï©ode and “quotes”', 'plain text, ünï©ode and “quotes”'],
  ['a\nstarted', 'a\\u000astarted'],
  ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
  // Control Sequence Introducer as one character.
  ['\u009b2J', '\\u009b2J'],
  ['gpj.\u202etxt', 'gpj.\\u202etxt'],
])('%j', (text, expected) => {
  expect(oneLine(text)).toBe(expected);
});

it('prints one line without a control character, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
  );
});
