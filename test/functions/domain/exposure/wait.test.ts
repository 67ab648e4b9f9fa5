import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Plan } from '../../../../functions/domain/exposure/plan.ts';
import { medianOf, shareUpTo, worstOf } from '../../../../functions/domain/exposure/spans.ts';
import { waitAt, waitBetween } from '../../../../functions/domain/exposure/wait.ts';
import { DEFAULT_AGE_STEPS } from '../../../../functions/domain/rescan/age-steps.ts';
import { moments, plansOf } from './plans.ts';
import { scansIn } from './simulation.ts';

const MOMENTS = 24;
const UPLOADED = 0.4;
const ROUNDING = 0.001;

/** The waits of a signature that is published at that age of an object, at moments spread between two runs. */
function simulated(plan: Plan, age: number): number[] {
  const published = UPLOADED + age;
  const until = published + 800 + plan.everyDays;
  return moments(MOMENTS, plan.everyDays).map((left) => {
    const scans = scansIn({ plan, run: published + left, uploaded: UPLOADED, since: published, until, published });
    for (const day of scans) if (day >= published) return day - published;
    return Number.POSITIVE_INFINITY;
  });
}

describe('The wait of a signature', () => {
  it('is what a simulated bucket shows, for every plan and age', () => {
    const age = fc.oneof(fc.double({ min: 0.01, max: 900, noNaN: true }), fc.constantFrom(1, 30, 180.5));
    fc.assert(
      fc.property(plansOf('due', 'all', 'stale'), age, (plan, days) => {
        const waits = simulated(plan, days);
        const spans = waitAt(plan, days);
        expect(spans.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
        expect(Math.max(...waits)).toBeLessThanOrEqual(worstOf(spans) + ROUNDING);
        for (const wait of waits) {
          const share = waits.filter((other) => other <= wait + ROUNDING).length / MOMENTS;
          expect(Math.abs(shareUpTo(spans, wait) - share)).toBeLessThan(3 / MOMENTS);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never ends under `unscanned`', () => {
    const plan: Plan = { strategy: 'unscanned', everyDays: 1, ages: DEFAULT_AGE_STEPS };
    expect(simulated(plan, 10).every((wait) => wait === Number.POSITIVE_INFINITY)).toBe(true);
    expect(medianOf(waitAt(plan, 10))).toBe(Number.POSITIVE_INFINITY);
    expect(worstOf(waitBetween(plan, 0, 365))).toBe(Number.POSITIVE_INFINITY);
  });

  it('is at most the longest pause between two ages and a run', () => {
    fc.assert(
      fc.property(plansOf('due'), ({ ages, everyDays, strategy }) => {
        const pauses = ages.map((step, index) => step - (ages[index - 1] ?? 0));
        const worst = worstOf(waitBetween({ ages, everyDays, strategy }, 0, ages.at(-1) ?? 0));
        expect(worst).toBeLessThanOrEqual(Math.max(...pauses) + everyDays);
      }),
      { numRuns: 30 },
    );
  });
});
