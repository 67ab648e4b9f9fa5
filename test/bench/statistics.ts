/** The middle one; the upper of two. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which that share of all lies; 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
