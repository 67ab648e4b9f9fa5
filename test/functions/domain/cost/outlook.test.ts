import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { totalOf } from '../../../../functions/domain/cost/bill.ts';
import { Inventory } from '../../../../functions/domain/cost/inventory.ts';
import { guardDutyMonth, MONTH_DAYS, rescanOutlook, uploadsMonth } from '../../../../functions/domain/cost/outlook.ts';
import { DEFAULT_SETTINGS } from '../../../../functions/domain/cost/settings.ts';
import { cleanBill } from '../../../../functions/domain/cost/upload.ts';
import { costOf } from '../../../../functions/domain/exposure/cost.ts';
import type { Plan } from '../../../../functions/domain/exposure/plan.ts';
import { DEFAULT_AGE_STEPS } from '../../../../functions/domain/rescan/age-steps.ts';
import { STRATEGIES } from '../../../../functions/domain/rescan/strategy.ts';

const plan = (strategy: Plan['strategy'], everyDays: number): Plan => ({
  strategy,
  everyDays,
  ages: DEFAULT_AGE_STEPS,
});
/** As much of each age, up to a year. */
function steady(aDay: number, bytes: number): Inventory {
  const inventory = new Inventory();
  for (let age = 0; age < 365; age += 1) inventory.add(age, aDay * bytes, aDay);
  return inventory;
}

describe('an inventory', () => {
  it('keeps what was added, whatever the order, in two stocks a day at most', () => {
    const object = fc.record({ age: fc.double({ min: -3, max: 40, noNaN: true }), bytes: fc.nat(5_000_000) });
    fc.assert(
      fc.property(fc.array(object), (objects) => {
        const inventory = new Inventory();
        for (const { age, bytes } of objects) inventory.add(age, bytes);
        expect(inventory.amount()).toEqual({
          objects: objects.length,
          bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
        });
        const young = objects.filter(({ age }) => age < 30);
        expect(inventory.amount(30).objects).toBe(young.length);
        expect(inventory.stocks.length).toBeLessThanOrEqual(2 * 41);
      }),
    );
  });
});

describe('a month of uploads', () => {
  it('is that of the model for each object of the last month, and the tags of all', () => {
    const inventory = steady(100, 1_000_000);
    const uploads = Math.ceil(MONTH_DAYS) * 100;
    const one = totalOf(cleanBill(DEFAULT_SETTINGS, '1 MB'));
    const { 'tags, one month': tags = 0, ...bill } = uploadsMonth(inventory, DEFAULT_SETTINGS);
    const { 'tags, one month': tag = 0 } = cleanBill(DEFAULT_SETTINGS, '1 MB');
    expect(totalOf(bill)).toBeCloseTo(uploads * (one - tag), 6);
    expect(tags).toBeCloseTo(36_500 * tag, 9);
    expect(guardDutyMonth(inventory)).toBeCloseTo(uploads * 311e-6, 2);
  });

  it('costs nothing where nothing is', () => {
    expect(totalOf(uploadsMonth(new Inventory(), DEFAULT_SETTINGS))).toBe(0);
    expect(guardDutyMonth(new Inventory())).toBe(0);
  });
});

describe('the outlook of rescans', () => {
  // That of a bucket that is fed and emptied evenly: costOf is held to a simulation.
  it.each(STRATEGIES.flatMap((strategy) => [1, 7, 30].map((everyDays) => ({ strategy, everyDays }))))(
    'is that of the exposure model where that one applies: $strategy, $everyDays',
    ({ strategy, everyDays }) => {
      const inventory = steady(2740, 1_000_000);
      const holding = { objects: 2740 * 365, bytes: 1_000_000, fill: { evenly: true, keptDays: 365 } } as const;
      const { run } = costOf(plan(strategy, everyDays), holding);
      const outlook = rescanOutlook(plan(strategy, everyDays), inventory, DEFAULT_SETTINGS);
      // Nothing is deleted in this one, so that objects over a year old come up once more.
      expect(outlook.run / run).toBeGreaterThan(0.93);
      expect(outlook.run / run).toBeLessThan(1.15);
      expect(totalOf(outlook.month)).toBeCloseTo((outlook.run * MONTH_DAYS) / everyDays, 9);
    },
  );

  it('waits no longer where runs are more frequent, and never meets where there are none', () => {
    const inventory = steady(10, 1000);
    const waits = [1, 7, 30].map((days) => rescanOutlook(plan('all', days), inventory, DEFAULT_SETTINGS));
    expect(waits.map(({ medianWaitDays }) => medianWaitDays)).toEqual([0.5, 3.5, 15].map((x) => expect.closeTo(x, 3)));
    expect(waits.map(({ worstWaitDays }) => worstWaitDays)).toEqual([1, 7, 30]);
    for (const none of [undefined, plan('unscanned', 1)]) {
      expect(rescanOutlook(none, inventory, DEFAULT_SETTINGS)).toMatchObject({
        medianWaitDays: Number.POSITIVE_INFINITY,
        worstWaitDays: Number.POSITIVE_INFINITY,
      });
    }
    expect(rescanOutlook(undefined, inventory, DEFAULT_SETTINGS).run).toBe(0);
  });

  it('of an empty bucket is a request for its listing', () => {
    expect(rescanOutlook(plan('due', 1), new Inventory(), DEFAULT_SETTINGS)).toMatchObject({
      medianWaitDays: 0,
      worstWaitDays: 0,
    });
  });
});
