import type { Strategy } from '../rescan/strategy.ts';

/** How a bucket is rescanned. */
export interface Plan {
  readonly strategy: Strategy;
  /** Days from one run to the next. */
  readonly everyDays: number;
  /** Age steps of `due`, days. */
  readonly ages: readonly number[];
}

/** The official definitions get a new version every day. */
export const DEFINITIONS_EVERY_DAYS = 1;
