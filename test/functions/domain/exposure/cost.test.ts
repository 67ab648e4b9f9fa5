import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { costOf } from '../../../../functions/domain/exposure/cost.ts';
import type { Holding } from '../../../../functions/domain/exposure/scans.ts';
import { rescanCostUsd } from '../../../../functions/domain/rescan/cost.ts';
import { NOTHING } from '../../../../functions/domain/rescan/totals.ts';
import { plansOf } from './plans.ts';

const million: Holding = { objects: 1_000_000, bytes: 1_000_000, fill: { evenly: true, keptDays: 365 } };
const FREE = { ofBatch: 0, ofTagRead: 0, ofObject: () => 0 };

describe('The cost of a plan', () => {
  it('is that of the estimate after a run', () => {
    const { run } = costOf({ strategy: 'all', everyDays: 7, ages: [1] }, million, { ...FREE, ofObject: () => 0.5 });
    expect(run).toBe(rescanCostUsd('all', { ...NOTHING, listed: 1e6, scanned: 1e6 }, 500_000, 2500));
  });

  it('of a year is that of its runs, and no run costs more than the dearest', () => {
    fc.assert(
      fc.property(plansOf('due', 'all', 'stale', 'unscanned'), fc.boolean(), (plan, evenly) => {
        const holding: Holding = evenly ? million : { ...million, fill: { evenly, year: 1 } };
        const { run, dearestRun, year } = costOf(plan, holding);
        expect(year).toBeCloseTo((run * 365) / plan.everyDays);
        expect(dearestRun).toBeGreaterThanOrEqual(run);
      }),
    );
  });

  it('is that of listing where nothing is due', () => {
    const { run } = costOf({ strategy: 'due', everyDays: 1, ages: [400] }, million, FREE);
    expect(run).toBeCloseTo(0.255, 3);
  });

  it('grows with the size of objects', () => {
    const plan = { strategy: 'all', everyDays: 7, ages: [1] } as const;
    const years = [100_000, 1_000_000, 10_000_000].map((bytes) => costOf(plan, { ...million, bytes }).year);
    expect(years).toEqual([...years].sort((a, b) => a - b));
  });
});
