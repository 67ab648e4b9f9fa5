import { z } from 'zod';

const DAY = 86_400_000;

const YEAR_DAYS = 365;
const LONGEST_DAYS = 3650;
const MOST_STEPS = 100;

/** Ages, in days, at which a rescan is due; after the last one, every year. docs/exposure.md says why these. */
export const DEFAULT_AGE_STEPS: readonly number[] = [1, 3, 7, 14, 30, 60, 120, 180, 270, 365];

/** Age steps as configured, days. */
export const AgeSteps = z
  .array(z.int().min(1, 'is younger than a day').max(LONGEST_DAYS, 'is over ten years'))
  .min(1, 'is empty: nothing would ever be due')
  .max(MOST_STEPS, `has more than ${MOST_STEPS} ages`)
  .refine((ages) => ages.every((age, index) => index === 0 || age > (ages[index - 1] ?? age)), 'does not ascend');

/**
 * Instants in milliseconds: after `from`, up to and including `to`, so that consecutive windows neither overlap nor
 * leave a gap.
 */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** How many age steps an object of that age, in milliseconds, has reached. */
export function stepsReached(age: number, steps: readonly number[]): number {
  const days = age / DAY;
  const early = steps.filter((step) => step <= days).length;
  return early < steps.length ? early : early + Math.floor((days - (steps.at(-1) ?? days)) / YEAR_DAYS);
}

/**
 * Whether the object crosses an age step inside the window. In consecutive windows, each step falls in exactly one;
 * a window that contains several steps counts once.
 * @param lastModified milliseconds
 */
export function isDue(lastModified: number, { from, to }: Window, steps: readonly number[]): boolean {
  return stepsReached(to - lastModified, steps) > stepsReached(from - lastModified, steps);
}

/** The age steps up to and including `days`, with those that come every year. */
export function stepsUpTo(days: number, steps: readonly number[]): number[] {
  const last = steps.at(-1) ?? 0;
  const yearly = Array.from(
    { length: Math.max(0, Math.floor((days - last) / YEAR_DAYS)) },
    (_, n) => last + (n + 1) * YEAR_DAYS,
  );
  return [...steps.filter((step) => step <= days), ...yearly];
}
