import { stepsUpTo } from '../rescan/age-steps.ts';
import type { Plan } from './plan.ts';
import type { Span } from './spans.ts';

const YEAR_DAYS = 365;
const NEVER: readonly Span[] = [{ from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY, weight: 1 }];

/**
 * The days that a new signature waits for a clean object of that age, from the moment it is among the stack's
 * definitions, at any moment between two runs.
 */
export function waitAt(plan: Plan, ageDays: number): readonly Span[] {
  switch (plan.strategy) {
    case 'unscanned':
      return NEVER;
    case 'all':
    case 'stale':
      // A new signature is a new version: to `stale`, every earlier verdict is stale.
      return [{ from: 0, to: plan.everyDays, weight: 1 }];
    case 'due':
      return waitForStep(plan, ageDays);
  }
}

/**
 * `left`, the days to the next run, is anywhere in [0, everyDays). If the last age step came after the previous run,
 * the next run finds the object due; otherwise the first run after the next step does.
 */
function waitForStep({ everyDays, ages }: Plan, ageDays: number): readonly Span[] {
  const reached = stepsUpTo(ageDays, ages);
  const since = ageDays - (reached.at(-1) ?? Number.NEGATIVE_INFINITY);
  const next =
    stepsUpTo(ageDays + Math.max(YEAR_DAYS, ages.at(-1) ?? 0), ages)[reached.length] ?? Number.POSITIVE_INFINITY;
  const skipped = Math.floor((next - ageDays) / everyDays);
  const within = next - ageDays - skipped * everyDays;
  const pending = Math.max(0, everyDays - since);
  return [
    { left: [0, pending], runs: 0 },
    { left: [Math.max(pending, within), everyDays], runs: skipped },
    { left: [pending, within], runs: skipped + 1 },
  ].flatMap(({ left: [from = 0, to = 0], runs }) =>
    from < to ? [{ from: from + runs * everyDays, to: to + runs * everyDays, weight: (to - from) / everyDays }] : [],
  );
}

/** The same for objects of all ages from `from` to `to` days, each as often as any other. */
export function waitBetween(plan: Plan, from: number, to: number): readonly Span[] {
  const parts = Math.ceil((to - from) * PARTS_A_DAY);
  const width = (to - from) / parts;
  return Array.from({ length: parts }, (_, part) => waitAt(plan, from + (part + 0.5) * width)).flatMap((spans) =>
    spans.map((span) => ({ ...span, weight: span.weight / parts })),
  );
}

const PARTS_A_DAY = 4;
