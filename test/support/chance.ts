import { createHash } from 'node:crypto';

/**
 * Chance that a seed decides: the same answer to the same question whatever else went on before, so that a run
 * over several lanes can be played again.
 */
export interface Chance {
  /** In [0, 1). */
  of(...question: readonly unknown[]): number;
  pick<T>(choices: readonly T[], ...question: readonly unknown[]): T;
}

export function seededChance(seed: number): Chance {
  const of = (...question: readonly unknown[]) =>
    createHash('sha256')
      .update(JSON.stringify([seed, ...question]))
      .digest()
      .readUInt32BE() /
    2 ** 32;
  return {
    of,
    pick: (choices, ...question) => choices[Math.floor(of(...question) * choices.length)] as (typeof choices)[number],
  };
}

/** One of the weighted choices; undefined with the probability that remains to 1. */
export function weighted<T extends string>(
  weights: Partial<Readonly<Record<T, number>>>,
  chance: number,
): T | undefined {
  let sum = 0;
  for (const [choice, weight] of Object.entries(weights) as [T, number][]) {
    sum += weight;
    if (chance < sum) return choice;
  }
  return undefined;
}
