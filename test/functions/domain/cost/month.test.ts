import { expect, it } from '@jest/globals';
import { totalOf } from '../../../../functions/domain/cost/bill.ts';
import { clamscanUsd, guardDutyUsd } from '../../../../functions/domain/cost/comparisons.ts';
import { idleMonth } from '../../../../functions/domain/cost/idle.ts';
import { monthBill, type Use } from '../../../../functions/domain/cost/month.ts';
import { DEFAULT_IDLE_STACKS, DEFAULT_SETTINGS } from '../../../../functions/domain/cost/settings.ts';
import { cleanBill } from '../../../../functions/domain/cost/upload.ts';

const EXPRESS = { ...DEFAULT_SETTINGS, workflow: 'EXPRESS' } as const;
const stack = DEFAULT_IDLE_STACKS.EXPRESS;
const NOTHING: Use = { uploads: 0, size: '1 MB', cold: 0, overflowed: 0, kept: 0, rescans: 0, rescanned: 0 };
const month = (use: Partial<Use>) => totalOf(monthBill({ ...NOTHING, ...use }, EXPRESS, stack));

it('a month without use is an idle one without its rescans', () => {
  const idle = totalOf(idleMonth({ ...stack, rescansADay: 0 }, EXPRESS));
  expect(month({})).toBeCloseTo(idle, 9);
  expect(totalOf(idleMonth(stack, EXPRESS))).toBeGreaterThan(idle);
});

it('adds uploads, engines that start, overflow, tags kept and rescans', () => {
  const idle = month({});
  const warm = month({ uploads: 1000 });
  expect(warm - idle).toBeCloseTo(1000 * totalOf(cleanBill(EXPRESS, '1 MB')), 9);
  expect(month({ uploads: 1000, cold: 1 }) - warm).toBeCloseTo(0.534, 3);
  expect(month({ uploads: 1000, overflowed: 0.5 }) - warm).toBeGreaterThan(0.07);
  expect(month({ kept: 1_000_000 }) - idle).toBeCloseTo(1.95);
  expect(month({ kept: 1000, rescans: 30, rescanned: 9000 })).toBeGreaterThan(month({ kept: 1000, rescans: 30 }));
});

it('the prices of others are those of their pages', () => {
  expect(guardDutyUsd(1_000_000, false) * 1_000_000).toBeCloseTo(305);
  expect(clamscanUsd('1 MB')).toBeGreaterThan(0.000_36);
  expect(clamscanUsd('10 MB')).toBeGreaterThan(clamscanUsd('1 MB'));
});
