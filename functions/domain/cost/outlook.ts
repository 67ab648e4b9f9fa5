import type { Plan } from '../exposure/plan.ts';
import { scansUpTo } from '../exposure/scans.ts';
import { medianOf, type Span, worstOf } from '../exposure/spans.ts';
import { waitAt } from '../exposure/wait.ts';
import { readsTagsFirst } from '../rescan/strategy.ts';
import { ASSUMED_COSTS } from './assumed.ts';
import { type Bill, LINES, times, totalOf } from './bill.ts';
import { bySize } from './by-size.ts';
import { guardDutyUsd } from './comparisons.ts';
import type { Inventory, Stock } from './inventory.ts';
import { SIZES, type Size } from './measurement.ts';
import { PRICES } from './prices.ts';
import { meanRescanGbSeconds, overheadGbSeconds, rescanBill } from './rescan.ts';
import type { CostSettings } from './settings.ts';
import { cleanBill, TAGS_OF_CLEAN } from './upload.ts';

export const MONTH_DAYS = 365 / 12;

/** What the rescans of a bucket cost, and what that buys. */
export interface RescanOutlook {
  /** US dollars for the average run of the coming month. */
  readonly run: number;
  readonly month: Bill;
  /** Days that a signature waits for an object of the bucket, once the stack has it; Infinity: it never meets half of them, or one. */
  readonly medianWaitDays: number;
  readonly worstWaitDays: number;
}

/** A month of uploads like those of the last one that are still there, and of the tags that all objects carry. */
export function uploadsMonth(inventory: Inventory, settings: CostSettings): Bill {
  const bills = new Map<Size, Bill>(SIZES.map((size) => [size, cleanBill(settings, size)]));
  const uploads = LINES.filter((line) => line !== TAGS).map((line) => {
    const usd = bySize((size) => bills.get(size)?.[line] ?? 0);
    return [line, sum(newOf(inventory), usd)] as const;
  });
  const tags = inventory.amount().objects * TAGS_OF_CLEAN[settings.tags] * PRICES.s3.tagMonth;
  return { ...Object.fromEntries(uploads), [TAGS]: tags };
}

/** The same uploads with GuardDuty, US dollars. */
export const guardDutyMonth = (inventory: Inventory): number =>
  sum(newOf(inventory), ({ objects, bytes }) => objects * guardDutyUsd(bytes / objects));

/**
 * The coming month of a plan, if no verdict changes and as much is uploaded as in the last one.
 * @param plan undefined: no rescans
 */
export function rescanOutlook(plan: Plan | undefined, inventory: Inventory, settings: CostSettings): RescanOutlook {
  if (plan === undefined) {
    return { run: 0, month: {}, medianWaitDays: Number.POSITIVE_INFINITY, worstWaitDays: Number.POSITIVE_INFINITY };
  }
  const runs = MONTH_DAYS / plan.everyDays;
  const { objects: listed } = inventory.amount();
  const gbSecondsOf = bySize((size) => meanRescanGbSeconds(size, settings));
  const later = inventory.stocks.map((stock) => [stock, scansWithin(plan, stock.ageDays)] as const);
  const uploaded = newOf(inventory).map((stock) => [stock, scansOfNew(plan, stock.ageDays)] as const);
  const scans = [...later, ...uploaded];
  const scanned = sum(scans, ([{ objects }, times]) => objects * times) / runs;
  const scanning = sum(scans, ([stock, times]) => gbSecondsOf(stock) * times) / runs;
  const batches = Math.ceil(listed / ASSUMED_COSTS.objectsABatch);
  const tagsRead = readsTagsFirst(plan.strategy) ? listed : 0;
  const gbSeconds = scanning + overheadGbSeconds({ batches, tagsRead }, settings);
  const run = rescanBill(
    { listed, tagsRead: Math.max(tagsRead, scanned), scanned, changed: 0, batches, gbSeconds },
    settings,
  );
  const spans = waitsOf(plan, inventory);
  return {
    run: totalOf(run),
    month: times(run, runs),
    medianWaitDays: spans.length === 0 ? 0 : medianOf(spans),
    worstWaitDays: spans.length === 0 ? 0 : worstOf(spans),
  };
}

const TAGS = 'tags, one month';

const newOf = (inventory: Inventory): readonly Stock[] =>
  inventory.stocks.filter(({ ageDays }) => ageDays < MONTH_DAYS);

/** How often one object of that age is scanned in the coming month. */
function scansWithin(plan: Plan, ageDays: number): number {
  if (plan.strategy === 'unscanned') return 0;
  if (plan.strategy !== 'due') return MONTH_DAYS / plan.everyDays;
  const age = ageDays + 0.5;
  return scansUpTo(plan, age + MONTH_DAYS) - scansUpTo(plan, age);
}

/** One that will have that age at the end of the month. */
function scansOfNew(plan: Plan, ageDays: number): number {
  if (plan.strategy === 'unscanned') return 0;
  return plan.strategy === 'due' ? scansUpTo(plan, ageDays + 0.5) : (ageDays + 0.5) / plan.everyDays;
}

function waitsOf(plan: Plan, inventory: Inventory): readonly Span[] {
  const { objects: all } = inventory.amount();
  return inventory.stocks.flatMap(({ ageDays, objects }) =>
    waitAt(plan, ageDays + 0.5).map((span) => ({ ...span, weight: (span.weight * objects) / all })),
  );
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
