const MB = 1024 ** 2;

/** The time that scanning one object may take, unpacking included. */
export interface ScanBudget {
  readonly baseMilliseconds: number;
  readonly millisecondsPerMb: number;
  readonly maxMilliseconds: number;
}

/** About 20 times what the slowest of 951 honest files took; more than ten minutes no Lambda function has. */
export const DEFAULT_SCAN_BUDGET: ScanBudget = {
  baseMilliseconds: 30_000,
  millisecondsPerMb: 1000,
  maxMilliseconds: 600_000,
};

/** @param size of the object, bytes */
export function scanMilliseconds({ baseMilliseconds, millisecondsPerMb, maxMilliseconds }: ScanBudget, size: number) {
  return Math.min(maxMilliseconds, Math.round(baseMilliseconds + (millisecondsPerMb * size) / MB));
}
