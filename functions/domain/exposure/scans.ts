import { stepsUpTo } from '../rescan/age-steps.ts';
import { readsTagsFirst } from '../rescan/strategy.ts';
import { DEFINITIONS_EVERY_DAYS, type Plan } from './plan.ts';

const YEAR_DAYS = 365;

/** What a bucket holds: always as many objects, fed and emptied evenly, or all of them uploaded at once and kept. */
export interface Holding {
  readonly objects: number;
  /** Size of each object. */
  readonly bytes: number;
  readonly fill:
    | { readonly evenly: true; readonly keptDays: number }
    | { readonly evenly: false; readonly year: number };
}

/** What the runs of a plan look at, on average; a year has 365 days. */
export interface Runs {
  readonly runsAYear: number;
  readonly listed: number;
  /** Whose tags are read to choose them. */
  readonly tagsRead: number;
  readonly scanned: number;
  /** By the largest run. */
  readonly scannedAtMost: number;
}

export function runsOf(plan: Plan, { objects, fill }: Holding): Runs {
  const runsAYear = YEAR_DAYS / plan.everyDays;
  const tagsRead = readsTagsFirst(plan.strategy) ? objects : 0;
  const rest = { runsAYear, listed: objects, tagsRead };
  if (plan.strategy === 'unscanned') return { ...rest, scanned: 0, scannedAtMost: 0 };
  if (plan.strategy === 'all') return { ...rest, scanned: objects, scannedAtMost: objects };
  if (!fill.evenly) {
    const share =
      plan.strategy === 'stale'
        ? 1
        : scansBetween(plan, (fill.year - 1) * YEAR_DAYS, fill.year * YEAR_DAYS) / runsAYear;
    return { ...rest, scanned: objects * share, scannedAtMost: share > 0 ? objects : 0 };
  }
  const aDay = objects / fill.keptDays;
  const upToDate = aDay * Math.min(fill.keptDays, DEFINITIONS_EVERY_DAYS / 2);
  const scanned =
    plan.strategy === 'stale' ? objects - upToDate : aDay * plan.everyDays * scansUpTo(plan, fill.keptDays);
  return { ...rest, scanned, scannedAtMost: scanned };
}

/** How often `due` scans an object until it is that old, on average over the moments of its upload. */
export function scansUpTo({ everyDays, ages }: Plan, ageDays: number): number {
  const steps = stepsUpTo(ageDays, ages);
  // A run finds an object once for all steps since the last run: a step counts unless an earlier one came with it.
  const shares = steps.map((step, index) => {
    const before = step - (steps[index - 1] ?? Number.NEGATIVE_INFINITY);
    const [earliest, latest] = [Math.max(0, everyDays - before), Math.min(everyDays, ageDays - step)];
    return Math.max(0, latest - earliest) / everyDays;
  });
  return shares.reduce((sum, share) => sum + share, 0);
}

const scansBetween = (plan: Plan, from: number, to: number) => scansUpTo(plan, to) - scansUpTo(plan, from);
