import { faults, type Result } from '../targets.ts';
import { ASSUMED } from './assumptions.ts';
import type { Backfill } from './backfill.ts';
import { type Case, count } from './cases.ts';
import type { Difference } from './compare.ts';
import type { Overflowed } from './express.ts';
import { bindingOf } from './outcome.ts';

/** Rows under each other as a Markdown table, so that they can be pasted into docs/scale.md. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

export const HEAD = [
  'uploads',
  'scan',
  'last verdict',
  'engines busy',
  'ERROR',
  'transitions',
  'billed retries',
  'cost',
  'to a day',
  'open',
  'limits',
] as const;

export const row = ({ name, scans, outcome, usd, usdOverADay }: Case): string[] => [
  name,
  scans,
  duration(outcome.lastVerdict),
  percent(outcome.busyShare),
  count(outcome.errors + outcome.undelivered),
  (outcome.transitions / outcome.uploads).toFixed(1),
  count(outcome.stateRetries),
  dollars(usd),
  usdOverADay === undefined ? '' : signed(usd / usdOverADay - 1),
  count(outcome.peakOpen),
  limits(outcome),
];

/** What was used most, and then the next. */
const limits = (outcome: Case['outcome']) =>
  bindingOf(outcome)
    .slice(0, 2)
    .map(([name, share]) => `${name} ${percent(share)}`)
    .join(', ');

/** `transitions $200.00, engines $34.02, …`, the largest first. */
export const billLine = ({ bill }: Case): string =>
  Object.entries(bill)
    .sort(([, a], [, b]) => b - a)
    .map(([line, usd]) => `${line} ${dollars(usd)}`)
    .join(', ');

export const EXPRESS_HEAD = [
  'uploads',
  'called directly',
  'overflowed',
  'unchecked',
  'ERROR',
  'retries of starts',
] as const;
export const expressRow = (uploads: number, { direct, overflowed, unchecked, errors, retries }: Overflowed): string[] =>
  [uploads, direct, overflowed, unchecked, errors, retries].map(count);

export const BACKFILL_HEAD = ['objects', 'batches at once', 'time', 'limit', 'cost'] as const;
export const backfillRow = (objects: number, atOnce: number, { seconds, limit, usd }: Backfill): string[] => [
  count(objects),
  count(atOnce),
  duration(seconds),
  limit,
  dollars(usd),
];

export const DIFFERENCE_HEAD = ['figure', 'simulated', 'measured', 'error'] as const;
export const differenceRow = ({ figure, simulated, measured, error }: Difference): string[] => [
  figure,
  simulated.toFixed(2),
  measured.toFixed(2),
  signed(error),
];

const MAX_MORE = 0.02;
const MIN_BUSY = 0.9;
const MAX_TRANSITIONS = 6;

/** The targets for a million uploads at once, and those that hold for every burst. */
export function targetsOf(cases: readonly Case[]): Result[] {
  const million = cases.filter(({ outcome }) => outcome.uploads === 1_000_000);
  // No number reaches a target where nothing was simulated.
  const figuresOf = (of: readonly Case[], figure: (each: Case) => number) =>
    of.length === 0 ? [Number.NaN] : of.map(figure);
  const most = (...asked: Parameters<typeof figuresOf>) => Math.max(...figuresOf(...asked));
  const least = (...asked: Parameters<typeof figuresOf>) => Math.min(...figuresOf(...asked));
  const withoutVerdict = ({ outcome }: Case) => Math.abs(outcome.uploads - outcome.verdicts);
  // What is simulated is the same on every machine.
  return [
    faults('uploads of one burst without one verdict, or with ERROR', most(cases, withoutVerdict)),
    {
      name: 'cost of a million at once',
      figure: most(million, ({ usd, usdOverADay = 0 }) => usd / usdOverADay),
      unit: '',
      reference: { what: 'over a day', value: most(million, ({ usdOverADay = 0 }) => usdOverADay), unit: '$' },
      target: { atMost: 1 + MAX_MORE },
      exact: true,
    },
    {
      name: 'engines busy, a million at once',
      figure: least(million, ({ outcome }) => outcome.busyShare),
      unit: '',
      target: { atLeast: MIN_BUSY },
      exact: true,
    },
    {
      name: 'transitions an upload',
      figure: most(cases, ({ outcome }) => outcome.transitions / outcome.uploads),
      unit: '',
      target: { atMost: MAX_TRANSITIONS },
      exact: true,
    },
  ];
}

export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const signed = (share: number) => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
const dollars = (usd: number) => (usd < 1000 ? `$${usd.toFixed(2)}` : `$${count(Math.round(usd))}`);

export const assumptions = () =>
  `assumed: network ${ASSUMED.networkSeconds * 1000} ms a scan, cold start ${ASSUMED.coldStartSeconds} s, ${ASSUMED.handoverSeconds * 1000} ms between invocations`;
