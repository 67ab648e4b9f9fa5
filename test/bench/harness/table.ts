import type { Reported, Target } from '../targets.ts';

const HEAD = ['benchmark', 'what', 'figure', 'reference', 'target', ''] as const;
const ON_THE_RIGHT = [2, 4];

/** All results under each other, with what each is measured against. */
export function tableOf(results: readonly Reported[]): string {
  const rows = results.map(rowOf);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        ON_THE_RIGHT.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function rowOf({ benchmark, name, figure, unit, reference, target, passed }: Reported): string[] {
  const measuredAgainst = reference && `${amount(reference.value, reference.unit)} ${reference.what}`;
  return [
    benchmark,
    name,
    amount(figure, unit),
    measuredAgainst ?? '',
    target === undefined ? '' : targetText(target, unit),
    passed === null ? '' : passed ? 'pass' : 'MISS',
  ];
}

const targetText = (target: Target, unit: string): string =>
  'atLeast' in target ? `>= ${amount(target.atLeast, unit)}` : `<= ${amount(target.atMost, unit)}`;

/** Three digits that count; whole numbers above. */
export function amount(value: number, unit: string): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '' ? text : `${text} ${unit}`;
}
