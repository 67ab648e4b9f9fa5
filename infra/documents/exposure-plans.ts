import type { Plan } from '../../functions/domain/exposure/plan.ts';
import type { Holding } from '../../functions/domain/exposure/scans.ts';
import { DEFAULT_AGE_STEPS } from '../../functions/domain/rescan/age-steps.ts';

/** The plans, buckets and ages of docs/exposure.md. */
export const MONTHLY = [1, 3, 7, 14, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 365];

const plan = (strategy: Plan['strategy'], everyDays: number, ages: readonly number[] = DEFAULT_AGE_STEPS): Plan => ({
  ...{ strategy, everyDays, ages },
});

export const SERIES = [
  { name: 'due', plans: [1, 7, 30].map((days) => plan('due', days)) },
  { name: 'due, every month of age', plans: [1, 7, 30].map((days) => plan('due', days, MONTHLY)) },
  { name: 'all', plans: [1, 7, 30, 90].map((days) => plan('all', days)) },
] as const;

/** The rest of the table: `stale` waits as `all` does, `unscanned` for ever. */
export const BESIDE = [
  { name: 'stale', plans: [7, 30].map((days) => plan('stale', days)) },
  { name: 'unscanned', plans: [plan('unscanned', 1)] },
] as const;

export const SIZES = [
  { name: '100 KB', bytes: 100_000 },
  { name: '1 MB', bytes: 1_000_000 },
  { name: '10 MB', bytes: 10_000_000 },
] as const;

export const evenly = (bytes: number): Holding => ({
  objects: 1_000_000,
  bytes,
  fill: { evenly: true, keptDays: 365 },
});
export const once = (bytes: number, year: number): Holding => ({
  ...{ objects: 1_000_000, bytes },
  fill: { evenly: false, year },
});

/** Ages in days, from and to. */
export const AGES = [
  { name: 'up to a week', from: 0, to: 7 },
  { name: 'a week to a month', from: 7, to: 30 },
  { name: 'a month to half a year', from: 30, to: 180 },
  { name: 'half a year to a year', from: 180, to: 365 },
  { name: 'over a year', from: 365, to: 1095 },
] as const;
