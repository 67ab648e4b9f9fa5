import { dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import type { Plan } from '../../../../functions/domain/exposure/plan.ts';
import { readsTagsFirst, skipByListing, skipByTags } from '../../../../functions/domain/rescan/strategy.ts';
import { nextWindow } from '../../../../functions/domain/rescan/window.ts';

const DAY = 86_400_000;
const START = Date.UTC(2027, 0, 1);
const dialect = dialectNamed('airlock');

export interface Case {
  readonly plan: Plan;
  /** Of some run, days since the start; the others follow at the plan's distance, before it and after it. */
  readonly run: number;
  /** When the object is uploaded, and scanned clean, days since the start. */
  readonly uploaded: number;
  /** Runs before this day are left out; default: none that could see the object. */
  readonly since?: number;
  readonly until: number;
  /** When the version of the definitions changes, beside every midnight. */
  readonly published?: number;
}

/** Runs a bucket of one object on schedule, by the code that rescans use; returns the days at which it is scanned. */
export function* scansIn({ plan, run, uploaded, since = uploaded, until, published }: Case): Generator<number> {
  const version = (day: number) => String(100 + Math.floor(day) + Number(published !== undefined && day >= published));
  const object = { key: 'k', size: 1, storageClass: 'STANDARD', lastModified: START + uploaded * DAY };
  const [scanTime, status] = [new Date(object.lastModified).toISOString(), 'CLEAN' as const];
  const verdict = { status, finding: null, type: null, definitions: version(uploaded), activeContent: [], scanTime };
  // A confirmed verdict is not written again: these tags stay.
  const tags = Object.fromEntries(dialect.tags(verdict));

  let lastEnd: number | undefined;
  const first = run - (Math.ceil((run - since) / plan.everyDays) + 1) * plan.everyDays;
  for (let day = first; day <= until; day += plan.everyDays) {
    const { from, to } = nextWindow(lastEnd, START + day * DAY, plan.everyDays);
    const window = { from: Date.parse(from), to: Date.parse(to) };
    lastEnd = window.to;
    if (object.lastModified > window.to) continue;
    const skipped =
      skipByListing(plan.strategy, object, window, { prefixes: [], suffixes: [] }, plan.ages) ??
      (readsTagsFirst(plan.strategy) ? skipByTags(plan.strategy, object, tags, dialect, version(day)) : null);
    if (skipped === null) yield day;
  }
}
