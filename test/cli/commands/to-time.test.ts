import { expect, it } from '@jest/globals';
import { toTime } from '../../../cli/commands/to-time.ts';

it.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T09:00Z', '2026-01-31T09:00:00.000Z'],
  ['2026-01-31T09:00:30.5Z', '2026-01-31T09:00:30.500Z'],
  ['2026-01-31T09:00:00+01:00', '2026-01-31T08:00:00.000Z'],
  ['2028-02-29T23:59Z', '2028-02-29T23:59:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(toTime(text).toISOString()).toBe(instant);
});

it('takes a time without a zone for one of this machine, as ISO 8601 does', () => {
  expect(toTime('2026-01-31T09:00')).toEqual(new Date(2026, 0, 31, 9));
});

it.each([
  ['90m', 5_400_000],
  ['2h', 7_200_000],
  ['14d', 1_209_600_000],
])('%s is so long ago', (text, milliseconds) => {
  const asked = Date.now();
  const ago = asked - toTime(text).getTime();
  expect(ago).toBeLessThanOrEqual(milliseconds);
  expect(ago).toBeGreaterThan(milliseconds - 5000);
});

// Date would parse the first ones as times of 2001: everything since then would be started again.
it.each([
  '9',
  '-1',
  'Jan 5',
  '2026',
  '2026-01',
  '01/31/2026',
  '2026-02-30',
  '2026-13-01',
  'tomorrow',
  '1w',
  '1.5h',
  '-2h',
  '123456d',
  '',
  '2026-01-31T25:00Z',
])('does not take %j for a time', (text) => {
  expect(() => toTime(text)).toThrow('not a time');
});
