import { totalOf } from '../../functions/domain/cost/bill.ts';
import { clamscanUsd, guardDutyUsd } from '../../functions/domain/cost/comparisons.ts';
import { BYTES } from '../../functions/domain/cost/invocation.ts';
import { monthBill, type Use } from '../../functions/domain/cost/month.ts';
import { DEFAULT_IDLE_STACKS, DEFAULT_SETTINGS } from '../../functions/domain/cost/settings.ts';
import { usd } from './markdown.ts';

/** Nine of ten scans of the first year fall on its first half; an upload is scanned again about this often in a year. */
const SCANS_A_YEAR = 9;
const MONTHS = 12;
const RESCANS_A_MONTH = 30;

/** Steady for a year: each month's uploads are kept. */
const steady = (uploads: number): Pick<Use, 'uploads' | 'kept' | 'rescans' | 'rescanned'> => ({
  uploads,
  kept: uploads * MONTHS,
  rescans: RESCANS_A_MONTH,
  rescanned: uploads * SCANS_A_YEAR,
});

export const EXAMPLES: readonly { readonly name: string; readonly use: Use }[] = [
  { name: 'a small team', use: { ...steady(5000), size: '1 MB', cold: 1, overflowed: 0 } },
  { name: 'a large one', use: { ...steady(10_000_000), size: '1 MB', cold: 0.0001, overflowed: 0.02 } },
];

export function exampleRows(): string[][] {
  const month = (workflow: 'STANDARD' | 'EXPRESS') =>
    EXAMPLES.map(({ use }) =>
      usd(totalOf(monthBill(use, { ...DEFAULT_SETTINGS, workflow }, DEFAULT_IDLE_STACKS[workflow]))),
    );
  const uploadsOnly = (each: (use: Use) => number) => EXAMPLES.map(({ use }) => usd(use.uploads * each(use)));
  return [
    ['uploads of 1 MB', ...EXAMPLES.map(({ use }) => use.uploads.toLocaleString('en-US'))],
    ['objects kept', ...EXAMPLES.map(({ use }) => (use.kept + use.uploads).toLocaleString('en-US'))],
    ['find no warm engine', ...EXAMPLES.map(({ use }) => `${use.cold * 100} %`)],
    ['overflow, under EXPRESS', ...EXAMPLES.map(({ use }) => `${use.overflowed * 100} %`)],
    ['**STANDARD**', ...month('STANDARD')],
    ['**EXPRESS**', ...month('EXPRESS')],
    ['GuardDuty, uploads only', ...uploadsOnly(({ size }) => guardDutyUsd(BYTES[size]))],
    ['clamscan per file, uploads only', ...uploadsOnly(({ size }) => clamscanUsd(size))],
  ];
}
