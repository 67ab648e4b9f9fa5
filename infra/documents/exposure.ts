import { readFileSync, writeFileSync } from 'node:fs';
import { exposurePicture, THEMES, type Theme } from './exposure-picture.ts';
import { agesTable, costTable, filledAtOnceTable, waitTable } from './exposure-tables.ts';

/* Writes the tables and pictures of docs/exposure.md from the model. */
const PAGE = 'docs/exposure.md';
const TABLES = { cost: costTable, 'filled-at-once': filledAtOnceTable, wait: waitTable, ages: agesTable };

export const pictureOf = (theme: Theme) => `docs/images/exposure-${theme}.svg`;

/** The page with its tables as the model has them; each stands between comments that name it. */
export function withTables(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${PAGE} has no place for the table "${name}"`);
    return text.slice(0, from + begin.length) + table() + text.slice(to);
  }, page);
}

if (import.meta.main) {
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
  for (const theme of Object.keys(THEMES) as Theme[]) writeFileSync(pictureOf(theme), await exposurePicture(theme));
}
