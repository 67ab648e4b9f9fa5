import { z } from 'zod';
import { withRoomFor } from '../named-up-to.ts';
import { unfinishedBatch } from '../rescan/named.ts';

/** An object that an operator wants to know by name: a match, or one that was not looked at in full. */
export const HuntNamed = z.strictObject({
  key: z.string().min(1),
  versionId: z.string().optional(),
  what: z.enum(['match', 'partly', 'unread', 'failed']),
  /** The rule that matched, or why it was not looked at. */
  reason: z.string(),
});
export type HuntNamed = z.infer<typeof HuntNamed>;

/** The names that a batch leaves in the results. */
export const HuntNames = z.strictObject({
  objects: z.array(HuntNamed),
  /** How many more there were. */
  more: z.int().nonnegative(),
});
export type HuntNames = z.infer<typeof HuntNames>;

export const NO_NAMES: HuntNames = { objects: [], more: 0 };

/**
 * Of JSON. A state has 256 KiB, of which 96 are the items of a batch (`MaxInputBytesPerBatch` in hunt-bucket.asl.json). A
 * name takes hardly more room than its item did, so that all of a batch fit as a rule.
 */
const NAMES_BYTES = 147_456;
const REASON_CHARACTERS = 200;
const FIRST: Readonly<Record<HuntNamed['what'], number>> = { match: 0, failed: 1, unread: 2, partly: 3 };

/** Matches first, then what was not looked at, until there is no more room. */
export function withHuntNames({ objects, more }: HuntNames, added: readonly HuntNamed[]): HuntNames {
  const all = [...objects, ...added.map(shortened)].sort((a, b) => FIRST[a.what] - FIRST[b.what]);
  return withRoomFor(all, NAMES_BYTES, more);
}

function shortened({ reason, ...object }: HuntNamed): HuntNamed {
  return { ...object, reason: reason.slice(0, REASON_CHARACTERS).toWellFormed() };
}

const NamesOfBatch = z.object({ named: HuntNames });

/** What a line of the results says by name: of a batch that failed or never began, every object. */
export function huntNamesIn(status: 'SUCCEEDED' | 'FAILED' | 'PENDING', line: unknown): HuntNames {
  if (status === 'SUCCEEDED') return NamesOfBatch.parse(line).named;
  const { keys, error, cause } = unfinishedBatch(line);
  const objects = keys.map((key): HuntNamed => {
    if (status === 'PENDING') return { key, what: 'unread', reason: 'not-started' };
    return { key, what: 'failed', reason: [error, cause].filter(Boolean).join(': ') };
  });
  return { objects: objects.map(shortened), more: 0 };
}
