import { meanOf } from '../../functions/domain/exposure/spans.ts';
import { waitAt } from '../../functions/domain/exposure/wait.ts';
import { DEFAULT_AGE_STEPS } from '../../functions/domain/rescan/age-steps.ts';

/** The default until November 2026. */
export const DOUBLING = [1, 3, 7, 14, 30, 60, 120, 240, 365];

const YEAR_DAYS = 365;
const PARTS_A_DAY = 4;
const AGES = Array.from({ length: YEAR_DAYS * PARTS_A_DAY }, (_, part) => (part + 0.5) / PARTS_A_DAY);

/** How the chance of a new signature may fall with a file's age; we know no figures that tell which is true. */
interface Chance {
  readonly name: string;
  /** @param days the file's age */
  readonly at: (days: number) => number;
  /** The best nine ages, found by moving one at a time. */
  readonly best: readonly number[];
}

export const CHANCES: readonly Chance[] = [
  { name: 'is the same at every age', at: () => 1, best: [37, 75, 114, 154, 195, 236, 278, 321, 365] },
  {
    name: 'falls as 1 / (age + 1)',
    at: (days) => 1 / (days + 1),
    best: [5, 17, 37, 66, 105, 154, 214, 284, 365],
  },
  {
    name: 'falls as 1 / (age + 1)²',
    at: (days) => 1 / (days + 1) ** 2,
    best: [1, 3, 7, 15, 30, 57, 107, 198, 365],
  },
];

/** The mean wait in a file's first year under daily `due`, days. */
export function meanWait(ages: readonly number[], chance: (days: number) => number): number {
  const plan = { strategy: 'due', everyDays: 1, ages } as const;
  const chances = AGES.map(chance);
  const waits = AGES.map((age, index) => meanOf(waitAt(plan, age)) * (chances[index] ?? 0));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return sum(waits) / sum(chances);
}

/** Rows of a table: what the ages of each kind make a signature wait. */
export const agesRows = (): string[][] =>
  CHANCES.map(({ name, at, best }) => [
    name,
    `${best.join(', ')}: ${meanWait(best, at).toFixed(1)} days`,
    `${meanWait(DOUBLING, at).toFixed(1)} days`,
    `${meanWait(DEFAULT_AGE_STEPS, at).toFixed(1)} days`,
  ]);
