import { totalOf } from '../../functions/domain/cost/bill.ts';
import { idleMonth } from '../../functions/domain/cost/idle.ts';
import type { Inventory } from '../../functions/domain/cost/inventory.ts';
import {
  guardDutyMonth,
  MONTH_DAYS,
  type RescanOutlook,
  rescanOutlook,
  uploadsMonth,
} from '../../functions/domain/cost/outlook.ts';
import { type CostSettings, DEFAULT_IDLE_STACKS } from '../../functions/domain/cost/settings.ts';
import type { Plan } from '../../functions/domain/exposure/plan.ts';
import type { Scenario } from './what-if.ts';

/** One line of `airlock cost`. US dollars, days. */
export interface CostRow {
  /** null: of all buckets together. */
  readonly bucket: string | null;
  readonly what: string;
  readonly runUsd: number | null;
  readonly monthUsd: number;
  /** Only with `--what-if`. */
  readonly whatIfMonthUsd?: number;
  readonly medianWaitDays?: number;
  /** null: some object is never scanned again. */
  readonly worstWaitDays?: number | null;
}

export interface BucketOfReport {
  readonly bucket: string;
  /** Of the whole bucket, and of what its rescans look at. */
  readonly all: Inventory;
  readonly rescanned: Inventory;
  readonly scenario: Scenario;
  readonly whatIf?: Scenario | undefined;
}

/** Beside the plan that a bucket has: other strategies and schedules, from few days of waiting to many. */
const CHOICES: readonly Pick<Plan, 'strategy' | 'everyDays'>[] = [
  { strategy: 'all', everyDays: 1 },
  { strategy: 'all', everyDays: 7 },
  { strategy: 'all', everyDays: 30 },
  { strategy: 'due', everyDays: 1 },
  { strategy: 'due', everyDays: 7 },
  { strategy: 'due', everyDays: 30 },
];

export function rowsOf(buckets: readonly BucketOfReport[]): CostRow[] {
  const rows = buckets.flatMap(ofBucket);
  const [first] = buckets;
  if (first === undefined) return rows;
  const idle = row(null, 'the stack itself, with one bucket', first.scenario, first.whatIf, ({ settings }) =>
    idleUsd(settings),
  );
  const counted = [...rows.filter(({ what }) => !what.startsWith(INSTEAD)), idle];
  const total: CostRow = {
    ...{ bucket: null, what: 'total', runUsd: null },
    monthUsd: sum(counted, ({ monthUsd }) => monthUsd),
    ...(first.whatIf && { whatIfMonthUsd: sum(counted, ({ whatIfMonthUsd = 0 }) => whatIfMonthUsd) }),
  };
  return [...rows, idle, total];
}

const INSTEAD = 'instead: ';

function ofBucket({ bucket, all, rescanned, scenario, whatIf }: BucketOfReport): CostRow[] {
  const { objects: uploads } = all.amount(MONTH_DAYS);
  const tags = (settings: CostSettings) => uploadsMonth(all, settings)['tags, one month'] ?? 0;
  const now = planOf(scenario);
  return [
    row(bucket, `${count(uploads)} uploads`, scenario, whatIf, ({ settings }) => {
      return totalOf(uploadsMonth(all, settings)) - tags(settings);
    }),
    row(bucket, `tags of ${count(all.amount().objects)} objects`, scenario, whatIf, ({ settings }) => tags(settings)),
    rescans(bucket, now === undefined ? 'no rescans' : `rescans: ${nameOf(now)}`, rescanned, scenario, whatIf),
    ...CHOICES.filter((choice) => !isSame(choice, now)).map((choice) =>
      rescans(bucket, `${INSTEAD}${nameOf(choice)}`, rescanned, withPlan(scenario, choice)),
    ),
    row(bucket, `${INSTEAD}GuardDuty, uploads only`, scenario, undefined, () => guardDutyMonth(all)),
  ];
}

const planOf = ({ rescan: { everyDays, ...rest } }: Scenario): Plan | undefined =>
  everyDays === null ? undefined : { ...rest, everyDays };

const withPlan = ({ settings, rescan }: Scenario, choice: Pick<Plan, 'strategy' | 'everyDays'>): Scenario => ({
  settings,
  rescan: { ...rescan, ...choice },
});

const isSame = (choice: Pick<Plan, 'strategy' | 'everyDays'>, plan: Plan | undefined) =>
  plan?.strategy === choice.strategy && plan.everyDays === choice.everyDays;

function nameOf({ strategy, everyDays }: Pick<Plan, 'strategy' | 'everyDays'>): string {
  return `${strategy}, every ${everyDays === 1 ? 'day' : `${Number(everyDays.toFixed(2))} days`}`;
}

function rescans(
  bucket: string,
  what: string,
  inventory: Inventory,
  scenario: Scenario,
  whatIf?: Scenario | undefined,
): CostRow {
  const outlook = (each: Scenario): RescanOutlook => rescanOutlook(planOf(each), inventory, each.settings);
  const { run, medianWaitDays, worstWaitDays } = outlook(scenario);
  return {
    ...row(bucket, what, scenario, whatIf, (each) => totalOf(outlook(each).month)),
    runUsd: run,
    ...(Number.isFinite(medianWaitDays) && { medianWaitDays }),
    worstWaitDays: Number.isFinite(worstWaitDays) ? worstWaitDays : null,
  };
}

function row(
  bucket: string | null,
  what: string,
  scenario: Scenario,
  whatIf: Scenario | undefined,
  usd: (scenario: Scenario) => number,
): CostRow {
  const month = { bucket, what, runUsd: null, monthUsd: usd(scenario) };
  return whatIf === undefined ? month : { ...month, whatIfMonthUsd: usd(whatIf) };
}

const idleUsd = (settings: CostSettings): number =>
  totalOf(idleMonth({ ...DEFAULT_IDLE_STACKS[settings.workflow], rescansADay: 0 }, settings));

const count = (objects: number) => objects.toLocaleString('en-US');

const sum = <T>(values: readonly T[], of: (value: T) => number) =>
  values.reduce((total, value) => total + of(value), 0);
