import type { RedrivenRow } from '../operations/redriven-row.ts';
import { type Column, type RowPrinter, rowPrinter } from './rows.ts';

/** What became of each, as it happens. */
export const redrivenRows = (): RowPrinter<RedrivenRow> => rowPrinter(COLUMNS);

const COLUMNS: readonly Column<RedrivenRow>[] = [
  { title: 'outcome', of: ({ outcome }) => outcome, width: 'already started'.length },
  { title: 'execution', of: ({ execution }) => execution ?? '-', width: 20 },
  { title: 'about', of: ({ subject }) => subject, width: 36 },
  { title: 'reason', of: ({ reason }) => reason },
];
