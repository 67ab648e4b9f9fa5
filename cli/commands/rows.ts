import cliui from 'cliui';
import stringWidth from 'string-width';
import { type Cell, csvLine, jsonLine, textsOf } from '../../functions/domain/report/cells.ts';
import { colors, outputSettings, say } from './output.ts';

/** Its title is the heading of a table, and the name in CSV. */
export interface Column<Row> extends Cell<Row> {
  readonly align?: 'left' | 'right';
  /** In a table on a terminal. */
  readonly color?: (text: string, row: Row) => string;
  /** Characters that a cell needs as a rule. With it in every column but the last, rows are printed as they come. */
  readonly width?: number;
}

/** Prints rows one by one. */
export interface RowPrinter<Row> {
  row(row: Row): void;
  /** Call once, after the last row. */
  end(): void;
}

const GAP = 2;
/** No column gets narrower. */
const MIN_WIDTH = 8;
/** So narrow, a column of longer texts can be read. */
const READABLE_WIDTH = 16;
const DEFAULT_TERMINAL_WIDTH = 80;

/**
 * Rows in the format of --output: JSON prints each row as it is, one a line; all others print its cells, in which
 * control characters are escaped. A table without widths is printed at the end, because it fits the widest cell.
 */
export function rowPrinter<Row extends object>(columns: readonly Column<Row>[]): RowPrinter<Row> {
  const { format } = outputSettings();
  if (format === 'json') return { row: (row) => say(jsonLine(row)), end() {} };
  if (format === 'csv') return csvPrinter(columns);
  if (format === undefined && process.stdout.isTTY !== true) {
    return { row: (row) => say(textsOf(columns, row).join('\t')), end() {} };
  }
  return columns.slice(0, -1).every(({ width }) => width !== undefined) ? growing(columns) : fitted(columns);
}

/** Text that a terminal opens as a page, where it can. */
export function hyperlink(text: string, url: string | undefined): string {
  return url === undefined ? text : `\u001b]8;;${url}\u0007${text}\u001b]8;;\u0007`;
}

/** All rows at once. */
export function printRows<Row extends object>(columns: readonly Column<Row>[], rows: Iterable<Row>): void {
  const printer = rowPrinter(columns);
  for (const row of rows) printer.row(row);
  printer.end();
}

function csvPrinter<Row extends object>(columns: readonly Column<Row>[]): RowPrinter<Row> {
  const line = (cells: readonly string[]) => process.stdout.write(csvLine(cells));
  line(columns.map(({ title }) => title));
  return { row: (row) => void line(textsOf(columns, row)), end() {} };
}

function growing<Row extends object>(columns: readonly Column<Row>[]): RowPrinter<Row> {
  const given = columns.map(({ width = 0, title }) => Math.max(width, stringWidth(title)));
  const rest = terminalWidth() - given.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  const widths = fitting([...given.slice(0, -1), Math.max(rest, READABLE_WIDTH)]);
  let begun = false;
  const begin = () => {
    if (!begun) say(laidOut(headings(columns), columns, widths));
    begun = true;
  };
  return {
    row(row) {
      begin();
      say(laidOut(colored(columns, row), columns, widths));
    },
    end() {},
  };
}

function fitted<Row extends object>(columns: readonly Column<Row>[]): RowPrinter<Row> {
  const rows: Row[] = [];
  return {
    row: (row) => void rows.push(row),
    end() {
      if (rows.length === 0) return;
      const texts = [columns.map(({ title }) => title), ...rows.map((row) => textsOf(columns, row))];
      const wanted = columns.map((_, at) => Math.max(...texts.map((cells) => stringWidth(cells[at] ?? ''))));
      const widths = fitting(wanted);
      if (widths.some((width, at) => width < Math.min(wanted[at] ?? 0, READABLE_WIDTH))) {
        return rows.forEach((row) => void sayRecord(columns, row));
      }
      say(laidOut(headings(columns), columns, widths));
      for (const row of rows) say(laidOut(colored(columns, row), columns, widths));
    },
  };
}

/** Where a table would be too narrow to read: a line for each cell, with its heading. */
function sayRecord<Row extends object>(columns: readonly Column<Row>[], row: Row): void {
  const width = Math.max(...columns.map(({ title }) => stringWidth(title)));
  const pair = [
    { title: '', of: () => '' },
    { title: '', of: () => '' },
  ];
  const cells = colored(columns, row);
  for (const [at, heading] of headings(columns).entries()) {
    const rest = Math.max(terminalWidth() - width - GAP, MIN_WIDTH);
    say(laidOut([heading, cells[at] ?? ''], pair, [width, rest]));
  }
  say('');
}

/** Takes from the widest columns what the terminal does not have. */
function fitting(wanted: readonly number[]): readonly number[] {
  const widths = [...wanted];
  const room = terminalWidth() - GAP * (widths.length - 1);
  for (let over = widths.reduce((a, b) => a + b, 0) - room; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= MIN_WIDTH) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const terminalWidth = (): number => process.stdout.columns ?? DEFAULT_TERMINAL_WIDTH;

function laidOut<Row>(cells: readonly string[], columns: readonly Column<Row>[], widths: readonly number[]): string {
  const ui = cliui({ width: Number.MAX_SAFE_INTEGER, wrap: true });
  const last = columns.length - 1;
  ui.div(
    ...columns.map(({ align = 'left' }, at) => {
      const gap = at === last ? 0 : GAP;
      const padding: [number, number, number, number] = [0, gap, 0, 0];
      return { text: cells[at] ?? '', width: (widths[at] ?? MIN_WIDTH) + gap, align, padding };
    }),
  );
  return ui.toString();
}

function headings<Row>(columns: readonly Column<Row>[]): string[] {
  return columns.map(({ title }) => colors().bold(title));
}

function colored<Row>(columns: readonly Column<Row>[], row: Row): string[] {
  const plain = textsOf(columns, row);
  const isOn = colors().isColorSupported;
  return columns.map(({ color }, at) => (isOn && color ? color(plain[at] ?? '', row) : (plain[at] ?? '')));
}
