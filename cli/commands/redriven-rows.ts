import { consoleLink } from '../operations/console-link.ts';
import type { RedrivenRow } from '../operations/redriven-row.ts';
import { type Column, hyperlink, type RowPrinter, rowPrinter } from './rows.ts';

/** What became of each, as it happens. */
export function redrivenRows(): RowPrinter<RedrivenRow> {
  const { row, end } = rowPrinter(COLUMNS);
  return { row: (redriven) => row({ ...redriven, console: consoleLink(redriven.executionArn ?? '') }), end };
}

type Row = RedrivenRow & { readonly console: string | undefined };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'outcome', of: ({ outcome }) => outcome, width: 'already started'.length },
  {
    title: 'execution',
    of: ({ execution }) => execution ?? '-',
    color: (text, row) => hyperlink(text, row.console),
    width: 20,
  },
  { title: 'about', of: ({ subject }) => subject, width: 36 },
  { title: 'reason', of: ({ reason }) => reason },
];
