import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { markdownTable, usd, withTables } from '../../../infra/cost/markdown.ts';
import { TABLES } from '../../../infra/cost/tables.ts';

const page = readFileSync('docs/cost.md', 'utf8');

describe('docs/cost.md', () => {
  it('has the tables of the model: node infra/cost/write-tables.ts', () => {
    expect(page).toBe(withTables(page, TABLES));
  });

  it.each(Object.keys(TABLES))('has the table %s once', (name) => {
    expect(page.split(`<!-- table: ${name} -->`)).toHaveLength(2);
  });
});

it.each([
  [0, '$0.00'],
  [1.239, '$1.24'],
  [99.994, '$99.99'],
  [1234.5, '$1,235'],
])('prints %d as %s', (dollars, text) => {
  expect(usd(dollars)).toBe(text);
});

it('writes a table between its marks, and names the mark without one', () => {
  const text = 'a\n<!-- table: one -->\nold\n\n<!-- end of table -->\nb\n';
  const one = () => markdownTable(['x', 'y'], [['1', '2']]);
  const written = withTables(text, { one });
  expect(written).toBe('a\n<!-- table: one -->\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n<!-- end of table -->\nb\n');
  expect(withTables(written, { one })).toBe(written);
  expect(() => withTables(text, {})).toThrow('there is no table one');
});
