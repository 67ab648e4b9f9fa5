import { stringify } from 'csv-stringify/sync';
import { oneLine } from '../one-line.ts';
import type { ReportedObject } from './run-report.ts';

/** A cell of each row, and its heading. */
export interface Cell<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | null | undefined;
}

/** The cells of a report, in a table and in CSV. */
export const REPORT_CELLS: readonly Cell<ReportedObject>[] = [
  { title: 'status', of: ({ status }) => status },
  { title: 'verdict or upload', of: ({ scanTime, uploaded }) => (scanTime ?? uploaded).replace(/\.\d+/, '') },
  { title: 'finding', of: ({ finding }) => finding },
  {
    title: 'object',
    of: ({ bucket, key, versionId }) =>
      `s3://${bucket}/${key}${versionId === undefined ? '' : ` (version ${versionId})`}`,
  },
];

/** The texts of a row, in which control characters are escaped. */
export function textsOf<Row>(cells: readonly Cell<Row>[], row: Row): string[] {
  return cells.map(({ of }) => oneLine(`${of(row) ?? ''}`));
}

/** A line of CSV. A spreadsheet must not run a formula that somebody chose as a key. */
export const csvLine = (texts: readonly string[]): string => stringify([[...texts]], { escape_formulas: true });

/** A line of JSON: of the characters that a terminal obeys, JSON itself escapes only some. */
export const jsonLine = (row: object): string => oneLine(JSON.stringify(row));
