import { expect, it } from '@jest/globals';
import { median, quantile } from './statistics.ts';

it.each<[readonly number[], number]>([
  [[3, 1, 2], 2],
  [[100, 1], 100],
  [[10, 9, 8, 7, 1], 8],
  [[], 0],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

it('does not sort its argument', () => {
  const values = [3, 1, 2];
  median(values);
  expect(values).toEqual([3, 1, 2]);
});

it('finds the value below which a share of all lies', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 51, 100, 100]);
});
