import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AGE_STEPS_DAYS, isDue, stepsReached } from '../../../../functions/domain/rescan/age-steps.ts';

const DAY = 86_400_000;
const YEARS = 6;
/** Every age at which a rescan is due, in milliseconds, up to the horizon. */
const STEPS = [...AGE_STEPS_DAYS, ...Array.from({ length: YEARS - 1 }, (_, year) => (year + 2) * 365)].map(
  (days) => days * DAY,
);
const HORIZON = YEARS * 365 * DAY;

const age = fc.integer({ min: -400 * DAY, max: HORIZON });

describe('stepsReached', () => {
  it('counts the steps that are behind an object', () => {
    fc.assert(
      fc.property(age, (ms) => {
        expect(stepsReached(ms)).toBe(STEPS.filter((step) => step <= ms).length);
      }),
    );
  });

  it('is 9 in the first year, then one more each', () => {
    expect([0, 1, 364, 365, 729, 730, 1095].map((days) => stepsReached(days * DAY))).toEqual([0, 1, 8, 9, 9, 10, 11]);
  });
});

/** Cuts the time from an object's birth to the horizon into windows, at any instants. */
const schedule = fc
  .uniqueArray(fc.integer({ min: 1, max: HORIZON - 1 }), { maxLength: 300 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), HORIZON])
  .map((cuts) => cuts.slice(1).map((to, index) => ({ from: cuts[index] as number, to })));

describe('isDue', () => {
  it('finds every object due in exactly the windows that hold a step, whatever the schedule', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 400 * DAY }), (windows, born) => {
        const found = windows.filter((window) => isDue(born, window));
        const expected = windows.filter(({ from, to }) =>
          STEPS.some((step) => from < born + step && born + step <= to),
        );
        expect(found).toEqual(expected);
      }),
    );
  });

  it('rescans once for each step where windows are shorter than the steps are apart', () => {
    const regular = fc.tuple(fc.integer({ min: 60_000, max: DAY }), fc.integer({ min: 0, max: DAY }));
    fc.assert(
      fc.property(regular, fc.integer({ min: 0, max: 30 * DAY }), ([period, offset], born) => {
        let due = 0;
        const horizon = born + 61 * DAY;
        const first = Math.floor((born - offset) / period) * period + offset;
        for (let from = Math.max(first, horizon - 90 * DAY); from < horizon; from += Math.min(period, DAY)) {
          due += Number(isDue(born, { from, to: Math.min(from + period, horizon) }));
        }
        expect(due).toBe(6); // 1, 3, 7, 14, 30, 60
      }),
      { numRuns: 20 },
    );
  });

  it('catches a missed run up by its window, once', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 1000 }), (windows, at) => {
        const missed = windows[at % windows.length] as (typeof windows)[number];
        const others = windows.filter((window) => window !== missed);
        const all = [...others, missed].filter((window) => isDue(0, window));
        expect(all.length).toBe(windows.filter((window) => isDue(0, window)).length);
      }),
    );
  });

  it('finds nothing due in a window without length', () => {
    fc.assert(fc.property(age, age, (born, at) => !isDue(born, { from: at, to: at })));
  });
});
