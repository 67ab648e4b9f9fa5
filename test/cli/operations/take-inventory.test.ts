import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agesOf } from '../../../cli/operations/take-inventory.ts';

describe('the ages of objects by their numbers on each day', () => {
  it.each([
    [[], []],
    [[5], [[0, 5]]],
    [
      [10, 7, 7, 4],
      [
        [0, 3],
        [2, 3],
        [3, 4],
      ],
    ],
    // The oldest are deleted first: of 10 that there were, 6 are left beside the 4 of today.
    [
      [10, 6, 10],
      [
        [0, 4],
        [2, 6],
      ],
    ],
    [[3, 0, 10], [[0, 3]]],
  ] as [number[], [number, number][]][])('of %j, the newest first: %j', (counts, ages) => {
    expect(agesOf(counts).map(({ ageDays, objects }) => [ageDays, objects])).toEqual(ages);
  });

  it('make up what there is today', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 455 }), (counts) => {
        const ages = agesOf(counts);
        expect(ages.reduce((sum, { objects }) => sum + objects, 0)).toBe(counts[0]);
        for (const { objects } of ages) expect(objects).toBeGreaterThan(0);
      }),
    );
  });
});
