/** `$1.23`, without cents from $100 on. */
export const usd = (dollars: number): string =>
  dollars >= 100 ? `$${Math.round(dollars).toLocaleString('en-US')}` : `$${dollars.toFixed(2)}`;

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const MARKED = /(<!-- table: ([\w-]+) -->\n)[\s\S]*?(<!-- end of table -->)/g;

/**
 * A page with its marked tables replaced.
 * @throws Error for a mark that has no table
 */
export const withTables = (page: string, tables: Readonly<Record<string, () => string>>): string =>
  page.replaceAll(MARKED, (_, begin: string, name: string, end: string) => {
    const table = tables[name];
    if (table === undefined) throw new Error(`there is no table ${name}; there are ${Object.keys(tables).join(', ')}`);
    return `${begin}\n${table()}\n\n${end}`;
  });
