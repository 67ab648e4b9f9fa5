import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Plan } from '../../../../functions/domain/exposure/plan.ts';
import { type Holding, runsOf, scansUpTo } from '../../../../functions/domain/exposure/scans.ts';
import { DEFAULT_AGE_STEPS, stepsUpTo } from '../../../../functions/domain/rescan/age-steps.ts';
import { moments, plansOf } from './plans.ts';
import { scansIn } from './simulation.ts';

const MOMENTS = 12;
const plan: Plan = { strategy: 'due', everyDays: 1, ages: DEFAULT_AGE_STEPS };
const evenly = (objects: number, keptDays: number): Holding => ({
  objects,
  bytes: 1,
  fill: { evenly: true, keptDays },
});
const once = (objects: number, year: number): Holding => ({ objects, bytes: 1, fill: { evenly: false, year } });

/** How often an object is scanned until it is that old, over uploads spread between two runs. */
const simulated = (some: Plan, ageDays: number) =>
  moments(MOMENTS, some.everyDays)
    .map((left) => [...scansIn({ plan: some, run: 1 + left, uploaded: 1, until: 1 + ageDays })].length)
    .reduce((sum, scans) => sum + scans / MOMENTS, 0);

describe('The scans of a plan', () => {
  it('are as many for each object as in a simulated bucket', () => {
    fc.assert(
      fc.property(plansOf('due'), fc.integer({ min: 1, max: 800 }), (some, days) => {
        const tolerance = (2 * stepsUpTo(days, some.ages).length + 1) / MOMENTS;
        expect(Math.abs(scansUpTo(some, days) - simulated(some, days))).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 30 },
    );
  });

  it('are as many in a run over an evenly fed bucket as in a simulated one', () => {
    const feed = fc.tuple(plansOf('due', 'all', 'stale', 'unscanned'), fc.integer({ min: 20, max: 200 }));
    fc.assert(
      fc.property(feed, fc.double({ min: 0, max: 1, noNaN: true }), ([some, keptDays], at) => {
        const run = keptDays + some.everyDays + at;
        const uploads = moments(4 * keptDays, keptDays).map((age) => run - age);
        const found = uploads.filter(
          (uploaded) => [...scansIn({ plan: some, run, uploaded, since: run, until: run })].at(-1) === run,
        );
        const expected = runsOf(some, evenly(uploads.length, keptDays)).scanned;
        const steps = some.strategy === 'stale' ? 4 : 2 * some.ages.length + 4;
        // The day of the run decides how much came since midnight: half a day on average.
        expect(Math.abs(found.length - expected)).toBeLessThanOrEqual(steps);
      }),
      { numRuns: 40 },
    );
  });

  it('come all at once where everything was uploaded at once', () => {
    const first = runsOf(plan, once(1000, 1));
    expect(first.scannedAtMost).toBe(1000);
    expect(first.scanned * first.runsAYear).toBeCloseTo(1000 * scansUpTo(plan, 365));
    const second = runsOf(plan, once(1000, 2));
    expect(second.scanned * second.runsAYear).toBeCloseTo(1000);
  });

  it('leave out what has a verdict, or that of the last definitions', () => {
    expect(runsOf({ ...plan, strategy: 'unscanned' }, evenly(1000, 100))).toMatchObject({ tagsRead: 1000, scanned: 0 });
    expect(runsOf({ ...plan, strategy: 'stale' }, evenly(1000, 100))).toMatchObject({ tagsRead: 1000, scanned: 995 });
    expect(runsOf({ ...plan, strategy: 'all' }, evenly(1000, 100))).toMatchObject({ tagsRead: 0, scanned: 1000 });
  });
});
