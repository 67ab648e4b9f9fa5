import { expect, it } from '@jest/globals';
import { readableTime } from '../../../local/output/terminal.ts';

it.each([
  [34, '34 ms'],
  [1500, '1.5 s'],
  [59_400, '59.4 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [12_000_000, '3 h 20 min'],
  [3_599_700, '1 h'],
])('%s ms is written %s', (ms, text) => {
  expect(readableTime(ms)).toBe(text);
});
