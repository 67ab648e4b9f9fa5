/** What a figure must reach, or must not exceed. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

export interface Reference {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** One figure of a benchmark. */
export interface Result {
  readonly name: string;
  readonly figure: number;
  /** `''` for ratios and counts. */
  readonly unit: string;
  /** What the figure is measured against, in the same run. */
  readonly reference?: Reference;
  /** Without one, the figure only stands beside others. */
  readonly target?: Target;
  /** For what no busy machine excuses: wrong verdicts, counts of requests. */
  readonly exact?: boolean;
  /** How far it may be off in a quick run, if not QUICK_FACTOR: times by the clock, which grow with the load. */
  readonly quickFactor?: number;
}

export interface Reported extends Result {
  readonly benchmark: string;
  /** null without a target. */
  readonly passed: boolean | null;
}

/** How far a figure may be off in a quick run, which is small and on machines that others use too. */
export const QUICK_FACTOR = 2;
/** The same of speeds beside clamd's: with a twentieth of the signatures clamd is fast, and the rest of the work is the same. */
export const QUICK_SPEED_FACTOR = 6;

const reaches = (figure: number, target: Target, factor: number): boolean =>
  'atLeast' in target ? figure >= target.atLeast / factor : figure <= target.atMost * factor;

export const reported = (benchmark: string, result: Result): Reported => ({
  benchmark,
  ...result,
  passed: result.target === undefined ? null : reaches(result.figure, result.target, 1),
});

/**
 * Whether it ends the run with an error. In a quick run only what is exact, and figures that are far off: ratios of times
 * that were measured in turn hardly depend on the machine, but hardly is not enough for a build that must not fail by chance.
 */
export function fails(result: Reported, quick: boolean): boolean {
  const { figure, target, exact = false, quickFactor = QUICK_FACTOR, passed } = result;
  if (passed !== false || target === undefined) return false;
  return exact || !quick || !reaches(figure, target, quickFactor);
}

/** A check that holds or not, as a count of what is wrong. */
export const faults = (name: string, figure: number): Result => ({
  name,
  figure,
  unit: '',
  target: { atMost: 0 },
  exact: true,
});

/** From a benchmark's own process: to the program that runs all of them, or to the terminal. */
export function report(result: Result): void {
  if (process.send !== undefined) process.send({ result });
  else say(`${result.name}: ${JSON.stringify(reported('', result))}`);
}

/** Progress; never stdout, which holds the results. */
export const say = (text: string): void => void process.stderr.write(`${text.replaceAll(/^(?=.)/gm, '  ')}\n`);
