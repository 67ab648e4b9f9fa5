import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Format, setOutput } from '../../../cli/commands/output.ts';
import { type Column, hyperlink, printRows, rowPrinter } from '../../../cli/commands/rows.ts';

interface Row {
  readonly key: string;
  readonly bytes: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'key', of: ({ key }) => key },
  { title: 'bytes', of: ({ bytes }) => bytes, align: 'right' },
];
const ODD: Row = { key: 'a\n\x1b[31m\t"+1,é.txt', bytes: null };
const ROWS: readonly Row[] = [{ key: 'a.txt', bytes: 7 }, ODD, { key: '=1+1', bytes: 12_345 }];

let printed = '';
const { isTTY, columns } = process.stdout;
beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  Object.assign(process.stdout, { isTTY, columns });
  setOutput({ format: undefined, quiet: false, color: true });
});

function inFormat(format: Format | undefined, terminal: { isTTY: boolean; columns?: number } = { isTTY: false }) {
  Object.assign(process.stdout, terminal);
  setOutput({ format, quiet: false, color: false });
}

describe('rows', () => {
  it('are JSON as they are, one a line', () => {
    inFormat('json');
    printRows(COLUMNS, ROWS);
    expect(
      printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(ROWS);
  });

  it('are CSV that no spreadsheet runs', () => {
    inFormat('csv');
    printRows(COLUMNS, ROWS);
    expect(printed).toBe('key,bytes\na.txt,7\n"a\\u000a\\u001b[31m\\u0009""+1,é.txt",\n\'=1+1,12345\n');
  });

  it('are lines without a terminal: a tab between cells, no heading, no control character', () => {
    inFormat(undefined);
    printRows(COLUMNS, ROWS);
    expect(printed).toBe('a.txt\t7\na\\u000a\\u001b[31m\\u0009"+1,é.txt\t\n=1+1\t12345\n');
  });

  it('are a table on a terminal, or where it is asked for', () => {
    inFormat('table', { isTTY: false });
    printRows(COLUMNS, [ROWS[0], ROWS[2]] as Row[]);
    expect(printed).toBe('key    bytes\na.txt      7\n=1+1   12345\n');
  });

  it('fit 60 columns: what is too wide is wrapped, never cut', () => {
    inFormat(undefined, { isTTY: true, columns: 60 });
    const key = `in/${'long-'.repeat(20)}日本.txt`;
    printRows(COLUMNS, [{ key, bytes: 1 }]);
    const lines = printed.trim().split('\n');
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(lines.slice(1).join('').replaceAll(' ', '').replace('1', '')).toBe(key);
  });

  it('are a line for each cell where a table would be too narrow to read', () => {
    inFormat(undefined, { isTTY: true, columns: 60 });
    const wide = ['status', 'version', 'uploaded', 'scanned'].map((title) => ({ title, of: () => 'x'.repeat(30) }));
    printRows<Row>(wide, ROWS.slice(0, 1));
    const value = 'x'.repeat(30);
    expect(printed).toBe(`status    ${value}\nversion   ${value}\nuploaded  ${value}\nscanned   ${value}\n\n`);
  });

  it('fit 60 columns too when they are printed as they come', () => {
    inFormat(undefined, { isTTY: true, columns: 60 });
    const columns = [40, 30, 10].map((width, at) => ({ title: `t${at}`, of: () => 'y'.repeat(20), width }));
    printRows<Row>(columns, ROWS.slice(0, 1));
    expect(printed.split('\n').every((line) => line.length <= 60)).toBe(true);
  });

  it('are printed as they come when the widths are known', () => {
    inFormat(undefined, { isTTY: true, columns: 60 });
    const printer = rowPrinter<Row>([
      { title: 'bytes', of: ({ bytes }) => bytes, width: 6 },
      { title: 'key', of: ({ key }) => key },
    ]);
    printer.row({ key: 'first', bytes: 1 });
    expect(printed).toBe('bytes   key\n1       first\n');
    printer.row({ key: 'second', bytes: 2 });
    printer.end();
    expect(printed).toBe('bytes   key\n1       first\n2       second\n');
  });
});

it('a link is as wide as its text, and whole where it is wrapped', () => {
  inFormat(undefined, { isTTY: true, columns: 60 });
  setOutput({ format: undefined, quiet: false, color: true });
  const url = 'https://example.com/page';
  printRows<Row>(
    [
      { title: 'key', of: ({ key }) => key, color: (text) => hyperlink(text, url) },
      { title: 'bytes', of: ({ bytes }) => bytes },
    ],
    [{ key: 'a'.repeat(80), bytes: 1 }],
  );
  const visible = stripVTControlCharacters(printed).split('\n');
  expect(visible.every((line) => line.length <= 60)).toBe(true);
  expect(printed.split(url).length).toBeGreaterThan(2);
});

describe('colors', () => {
  const colored = (env: Record<string, string>, option = '') => {
    const command = `stty cols 60; '${process.execPath}' cli/airlock.ts ${option} local env`;
    const { NO_COLOR, ...rest } = process.env;
    return spawnSync('script', ['-qec', command, '/dev/null'], {
      env: { ...rest, TERM: 'xterm', AIRLOCK_LOCAL_PROFILE: '/nowhere', ...env },
    }).stdout;
  };

  // `script` of util-linux makes a terminal.
  it.each([
    [{}, '', true],
    [{ NO_COLOR: '1' }, '', false],
    [{}, '--no-color', false],
    [{ TERM: 'dumb' }, '', false],
  ])('with %j %s: %s', (env, option, expected) => {
    jest.restoreAllMocks();
    expect(`${colored(env as Record<string, string>, option).toString()}`.includes('\x1b[')).toBe(expected);
  });
});
