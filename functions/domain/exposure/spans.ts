/** A number that is anywhere in [from, to) with equal chance. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Share of all cases. */
  readonly weight: number;
}

/** The share of cases that are at most `x`. */
export function shareUpTo(spans: readonly Span[], x: number): number {
  return spans.reduce(
    (sum, { from, to, weight }) => sum + weight * Math.min(1, Math.max(0, (x - from) / (to - from))),
    0,
  );
}

export const worstOf = (spans: readonly Span[]): number => Math.max(...spans.map(({ to }) => to));

const PRECISION = 1e-6;

/** The smallest number that half of the cases do not exceed; Infinity where one in two has none. */
export function medianOf(spans: readonly Span[]): number {
  let [low, high] = [0, worstOf(spans)];
  if (!Number.isFinite(high)) return high;
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    if (shareUpTo(spans, middle) >= 0.5 - PRECISION / 100) high = middle;
    else low = middle;
  }
  return high;
}

export const meanOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { from, to, weight }) => sum + (weight * (from + to)) / 2, 0);
