import { z } from 'zod';
import { NOT_SELECTED } from './strategy.ts';

const count = z.int().nonnegative();

/**
 * The totals of a run. `listed` is `scanned` + everything `skipped` + `failed`, always. `due`: objects the strategy
 * chose. `changed`: verdicts that were written. `bytes`: of the objects scanned.
 */
export const Totals = z.strictObject({
  listed: count,
  due: count,
  scanned: count,
  skipped: z.record(z.string(), count),
  failed: count,
  changed: count,
  infected: count,
  bytes: count,
});
export type Totals = z.infer<typeof Totals>;

export const NOTHING: Totals = {
  listed: 0,
  due: 0,
  scanned: 0,
  skipped: {},
  failed: 0,
  changed: 0,
  infected: 0,
  bytes: 0,
};

/** What became of one object. */
export type Row =
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed' }
  | { readonly kind: 'scanned'; readonly bytes: number; readonly infected: boolean; readonly changed: boolean };

export function totalOf(row: Row): Totals {
  switch (row.kind) {
    case 'skipped':
      return skipped(row.reason, 1);
    case 'failed':
      return failures(1);
    case 'scanned':
      return {
        ...NOTHING,
        listed: 1,
        due: 1,
        scanned: 1,
        changed: Number(row.changed),
        infected: Number(row.infected),
        bytes: row.bytes,
      };
  }
}

export function skipped(reason: string, objects: number): Totals {
  const due = NOT_SELECTED.has(reason) ? 0 : objects;
  return { ...NOTHING, listed: objects, due, skipped: objects === 0 ? {} : { [reason]: objects } };
}

export function failures(objects: number): Totals {
  return { ...NOTHING, listed: objects, due: objects, failed: objects };
}

export function sum(a: Totals, b: Totals): Totals {
  const reasons = [...new Set([...Object.keys(a.skipped), ...Object.keys(b.skipped)])].sort();
  return {
    listed: a.listed + b.listed,
    due: a.due + b.due,
    scanned: a.scanned + b.scanned,
    skipped: Object.fromEntries(reasons.map((reason) => [reason, (a.skipped[reason] ?? 0) + (b.skipped[reason] ?? 0)])),
    failed: a.failed + b.failed,
    changed: a.changed + b.changed,
    infected: a.infected + b.infected,
    bytes: a.bytes + b.bytes,
  };
}

/** The result of `Apply Verdicts` for one changed verdict. */
export const Applied = z.strictObject({
  /** null: written and reported. */
  problem: z.enum(['gone', 'replaced', 'not-tagged', 'not-removed', 'not-copied', 'not-notified']).nullable(),
  infected: z.boolean(),
  /** Bytes. */
  size: count,
  /** Only where something was not done. */
  object: z.looseObject({ key: z.string(), 'version-id': z.string().optional() }).optional(),
});
export type Applied = z.infer<typeof Applied>;

/** The new verdict is on the object, and something else was not done. */
const WRITTEN: ReadonlySet<string> = new Set<NonNullable<Applied['problem']>>([
  'not-notified',
  'not-removed',
  'not-copied',
]);

/** Subtracts what `Scan Batch` counted in advance for verdicts that could not be applied. */
export function afterApplying(totals: Totals, applied: readonly Applied[]): Totals {
  return applied.reduce(afterOne, totals);
}

function afterOne(totals: Totals, { problem, infected, size }: Applied): Totals {
  if (problem === null) return totals;
  const unscanned = { ...totals, scanned: totals.scanned - 1, bytes: totals.bytes - size };
  // Infected stays counted, even when it could not be written or reported.
  if (WRITTEN.has(problem)) return { ...unscanned, failed: totals.failed + 1 };
  const unchanged = { ...unscanned, changed: totals.changed - 1 };
  if (problem === 'not-tagged') return { ...unchanged, failed: totals.failed + 1 };
  return {
    ...unchanged,
    infected: totals.infected - Number(infected),
    skipped: { ...totals.skipped, [problem]: (totals.skipped[problem] ?? 0) + 1 },
  };
}
