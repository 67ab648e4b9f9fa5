const DAY = 86_400_000;

/** Ages, in days, at which a rescan is due; after the last one, every year. */
export const AGE_STEPS_DAYS = [1, 3, 7, 14, 30, 60, 120, 240, 365] as const;

const YEAR_DAYS = 365;

/**
 * Instants in milliseconds: after `from`, up to and including `to`, so that consecutive windows neither overlap nor
 * leave a gap.
 */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** How many age steps an object of that age, in milliseconds, has reached. */
export function stepsReached(age: number): number {
  const days = age / DAY;
  const early = AGE_STEPS_DAYS.filter((step) => step <= days).length;
  return early < AGE_STEPS_DAYS.length ? early : early + Math.floor(days / YEAR_DAYS) - 1;
}

/**
 * Whether the object crosses an age step inside the window. In consecutive windows, each step falls in exactly one;
 * a window that contains several steps counts once.
 * @param lastModified milliseconds
 */
export function isDue(lastModified: number, { from, to }: Window): boolean {
  return stepsReached(to - lastModified) > stepsReached(from - lastModified);
}
