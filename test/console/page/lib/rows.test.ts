import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rowAfterKey, visibleRange } from '../../../../console/page/lib/rows.ts';

it('draws what is in sight, and a few rows more on both sides', () => {
  const rowPixels = 32;
  expect(visibleRange({ top: 3200, height: 320, rowPixels, count: 1000 })).toEqual({ first: 88, end: 122 });
  expect(visibleRange({ top: 0, height: 320, rowPixels, count: 1000 })).toEqual({ first: 0, end: 22 });
  expect(visibleRange({ top: 31_680, height: 320, rowPixels, count: 1000 })).toEqual({ first: 978, end: 1000 });
  expect(visibleRange({ top: 3200, height: 320, rowPixels, count: 5 })).toEqual({ first: 5, end: 5 });
});

it('draws what is in sight, and never much more', () => {
  const arbitrary = fc.record({
    top: fc.nat(400_000),
    height: fc.integer({ min: 0, max: 2000 }),
    rowPixels: fc.constant(32),
    count: fc.nat(10_000),
  });
  fc.assert(
    fc.property(arbitrary, (view) => {
      const { first, end } = visibleRange(view);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(view.count);
      expect(end - first).toBeLessThanOrEqual(view.height / 32 + 30);
      const isInSight = (row: number) => row * 32 < view.top + view.height && (row + 1) * 32 > view.top;
      const inSight = [...Array(view.count).keys()].filter(isInSight);
      expect(inSight.filter((row) => row < first || row >= end)).toEqual([]);
    }),
  );
});

describe('keys', () => {
  it.each([
    ['ArrowDown', undefined, 0],
    ['ArrowDown', 3, 4],
    ['ArrowDown', 9, 9],
    ['ArrowUp', undefined, 0],
    ['ArrowUp', 3, 2],
    ['PageDown', 3, 8],
    ['PageUp', 3, 0],
    ['Home', 3, 0],
    ['End', undefined, 9],
    ['a', 3, undefined],
    ['toString', 3, undefined],
  ])('%s from %s leads to %s', (key, at, expected) => {
    expect(rowAfterKey(key, { at, count: 10, page: 5 })).toBe(expected);
  });

  it('lead nowhere in an empty list', () =>
    expect(rowAfterKey('End', { at: undefined, count: 0, page: 5 })).toBe(undefined));
});
