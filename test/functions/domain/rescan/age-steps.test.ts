import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AgeSteps,
  DEFAULT_AGE_STEPS,
  isDue,
  stepsReached,
  stepsUpTo,
} from '../../../../functions/domain/rescan/age-steps.ts';

const DAY = 86_400_000;
const YEARS = 6;
/** Every age at which a rescan is due, in milliseconds, up to the horizon. */
const STEPS = [...DEFAULT_AGE_STEPS, ...Array.from({ length: YEARS - 1 }, (_, year) => (year + 2) * 365)].map(
  (days) => days * DAY,
);
const HORIZON = YEARS * 365 * DAY;

const age = fc.integer({ min: -400 * DAY, max: HORIZON });

describe('stepsReached', () => {
  it('counts the steps that are behind an object', () => {
    fc.assert(
      fc.property(age, (ms) => {
        expect(stepsReached(ms, DEFAULT_AGE_STEPS)).toBe(STEPS.filter((step) => step <= ms).length);
      }),
    );
  });

  it('is 10 in the first year, then one more each', () => {
    expect([0, 1, 364, 365, 729, 730, 1095].map((days) => stepsReached(days * DAY, DEFAULT_AGE_STEPS))).toEqual([
      0, 1, 9, 10, 10, 11, 12,
    ]);
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
        const found = windows.filter((window) => isDue(born, window, DEFAULT_AGE_STEPS));
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
          due += Number(isDue(born, { from, to: Math.min(from + period, horizon) }, DEFAULT_AGE_STEPS));
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
        const all = [...others, missed].filter((window) => isDue(0, window, DEFAULT_AGE_STEPS));
        expect(all.length).toBe(windows.filter((window) => isDue(0, window, DEFAULT_AGE_STEPS)).length);
      }),
    );
  });

  it('finds nothing due in a window without length', () => {
    fc.assert(fc.property(age, age, (born, at) => !isDue(born, { from: at, to: at }, DEFAULT_AGE_STEPS)));
  });
});

const ages = fc
  .uniqueArray(fc.integer({ min: 1, max: 3650 }), { minLength: 1, maxLength: 100 })
  .map((days) => days.sort((a, b) => a - b));

describe('age steps of one’s own', () => {
  it('may be up to 100 days that ascend', () => {
    fc.assert(fc.property(ages, (own) => AgeSteps.safeParse(own).success));
    for (const wrong of [[], [0], [1.5], [3651], [3, 3], [7, 3], Array.from({ length: 101 }, (_, n) => n + 1)]) {
      expect(AgeSteps.safeParse(wrong).success).toBe(false);
    }
  });

  it('are as many as are listed, then one a year after the last', () => {
    fc.assert(
      fc.property(ages, fc.integer({ min: 0, max: 8000 }), (own, days) => {
        const listed = stepsUpTo(days, own);
        expect(stepsReached(days * DAY, own)).toBe(listed.length);
        expect(listed.slice(own.length)).toEqual(
          listed.slice(own.length).map((_, n) => (own.at(-1) ?? 0) + (n + 1) * 365),
        );
      }),
    );
  });

  it('are met at an object’s first window that holds one', () => {
    const born = 5 * DAY;
    const week = { from: born + 6 * DAY, to: born + 13 * DAY };
    expect([[6], [7], [13], [14]].map((own) => isDue(born, week, own))).toEqual([false, true, true, false]);
  });
});
