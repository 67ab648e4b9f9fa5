import { costOf } from '../../functions/domain/exposure/cost.ts';
import type { Plan } from '../../functions/domain/exposure/plan.ts';
import { medianOf, worstOf } from '../../functions/domain/exposure/spans.ts';
import { waitBetween } from '../../functions/domain/exposure/wait.ts';
import { agesRows } from './exposure-ages.ts';
import { AGES, BESIDE, evenly, once, SERIES, SIZES } from './exposure-plans.ts';

const PLANS = [...SERIES, ...BESIDE].flatMap(({ name, plans }) => plans.map((plan) => ({ name, plan })));

const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const dollars = (usd: number) => `$${usd < 10 ? usd.toFixed(2) : Math.round(usd).toLocaleString('en-US')}`;
const days = (wait: number) => (wait < 10 ? wait.toFixed(1) : wait.toFixed(0));
const nameOf = (name: string, { everyDays }: Plan) => [name.replace(/^\w+/, '`$&`'), `${everyDays}`];

/** Run and year of a million objects that come and go evenly. */
export function costTable(): string {
  const rows = PLANS.map(({ name, plan }) => [
    ...nameOf(name, plan),
    ...SIZES.map(({ bytes }) => {
      const { run, year } = costOf(plan, evenly(bytes));
      return `${dollars(run)} / ${dollars(year)}`;
    }),
  ]);
  return table(['strategy', 'every … days', ...SIZES.map(({ name }) => name)], rows);
}

/** Dearest run, first year and later ones of a million objects that were uploaded at once. */
export function filledAtOnceTable(): string {
  const rows = PLANS.map(({ name, plan }) => [
    ...nameOf(name, plan),
    ...SIZES.map(({ bytes }) => {
      const first = costOf(plan, once(bytes, 1));
      return [first.dearestRun, first.year, costOf(plan, once(bytes, 2)).year].map(dollars).join(' / ');
    }),
  ]);
  return table(['strategy', 'every … days', ...SIZES.map(({ name }) => name)], rows);
}

/** Median and worst days, by the object's age when the signature is published. */
export function waitTable(): string {
  const rows = PLANS.map(({ name, plan }) => [
    ...nameOf(name, plan),
    ...AGES.map(({ from, to }) => {
      const spans = waitBetween(plan, from, to);
      const worst = worstOf(spans);
      return Number.isFinite(worst) ? `${days(medianOf(spans))} / ${days(worst)}` : 'never';
    }),
  ]);
  return table(['strategy', 'every … days', ...AGES.map(({ name }) => name)], rows);
}

/** Mean days that a signature waits in a file's first year, by where the ages are. */
export const agesTable = (): string =>
  table(['if the chance', 'the best nine ages', 'ages that double (nine)', 'the default (ten)'], agesRows());
