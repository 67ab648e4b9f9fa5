import { expect, it } from '@jest/globals';
import { ARCHIVES, DOCUMENTS } from './documents.ts';

const MAKERS = Object.entries({ ...DOCUMENTS, ...ARCHIVES });
// 7-Zip writes the time into its archives.
const REPEATABLE = MAKERS.filter(([extension]) => extension !== '7z');

it.each(REPEATABLE)('%s: the same bytes for the same seed, others for another', async (_, make) => {
  const [first, again, other] = await Promise.all([make(20_000, 1), make(20_000, 1), make(20_000, 2)]);
  expect(first.equals(again)).toBe(true);
  expect(first.equals(other)).toBe(false);
});

it.each(MAKERS)('%s: about as large as asked for', async (_, make) => {
  for (const bytes of [5000, 50_000, 1_000_000]) {
    const { length } = await make(bytes, 3);
    expect(length / bytes).toBeGreaterThan(0.4);
    expect(length / bytes).toBeLessThan(2.5);
  }
});
