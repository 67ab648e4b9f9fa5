import { z } from 'zod';
import type { PolicyDocument } from './bucket-policy.ts';

const Statement = z.looseObject({ Sid: z.string().optional() });
export type Statement = z.infer<typeof Statement>;

/** The parts of any bucket policy that merging uses. */
export const BucketPolicy = z.looseObject({ Statement: z.union([Statement, z.array(Statement)]) });
export type BucketPolicy = z.infer<typeof BucketPolicy>;

export interface MergedPolicy {
  readonly policy: BucketPolicy;
  /** Whether anything had to be added or replaced. */
  readonly changed: boolean;
  /** Sids of the gate's statements that had to be added or replaced. */
  readonly missing: readonly string[];
  /** Sids of the gate whose statements in the bucket's policy cannot come from an earlier gate; replaced anyway. */
  readonly overwritten: readonly string[];
}

/**
 * Merges the gate into a bucket's own policy. All other statements keep their content and position. A gate statement
 * is already present if an equivalent one exists, under its Sid or under none of the gate's; otherwise it replaces
 * the one with its Sid, as after a change of roles or dialect; otherwise it is appended.
 * @param current undefined for a bucket without a policy
 */
export function mergedPolicy(current: BucketPolicy | undefined, gate: PolicyDocument): MergedPolicy {
  const statements = [current?.Statement ?? []].flat();
  const names = new Set<string | undefined>(gate.Statement.map(({ Sid }) => Sid));
  const missing = gate.Statement.map((statement) => ({ ...statement })).filter(
    (statement) => !isThere(statement, statements, names),
  );
  const overwritten: string[] = [];
  for (const statement of missing) {
    const place = statements.findIndex(({ Sid }) => Sid === statement.Sid);
    const former = statements[place];
    if (former !== undefined && shapeOf(former) !== shapeOf(statement)) overwritten.push(statement.Sid);
    statements.splice(former === undefined ? statements.length : place, 1, statement);
  }
  const policy = { ...(current ?? { Version: gate.Version }), Statement: statements };
  return { policy, changed: missing.length > 0, missing: missing.map(({ Sid }) => Sid), overwritten };
}

/** @param names all Sids of the gate */
function isThere(statement: Statement, among: readonly Statement[], names: ReadonlySet<string | undefined>): boolean {
  const named = among.find(({ Sid }) => Sid === statement.Sid);
  // A statement of an earlier gate would still deny what the current roles need.
  if (named !== undefined && shapeOf(named) === shapeOf(statement)) return meaningOf(named) === meaningOf(statement);
  // A statement under another Sid of the gate may be replaced.
  return among.some((other) => !names.has(other.Sid) && meaningOf(other) === meaningOf(statement));
}

/**
 * Equal for statements that differ in Sid, order, spelling of actions, or in lists of one alone. `"*"` does not
 * equal `{ "AWS": "*" }`: services treat these two differently, and a denial must apply to services too.
 */
function meaningOf({ Sid, ...statement }: Statement): string {
  return JSON.stringify(normalized(spelledAlike(statement)));
}

/** Equal for statements with the same Sid in any two gates of one bucket: ignores condition values and tag keys. */
export function shapeOf({ Sid, Condition, ...statement }: Statement): string {
  const operators = Object.entries(Condition ?? {}).map(([operator, keys]) => [
    operator,
    Object.keys(keys ?? {}).map((key) => key.split('/', 1)[0]),
  ]);
  return JSON.stringify(normalized(spelledAlike({ ...statement, Condition: operators })));
}

function spelledAlike({ Action, ...statement }: Statement): Statement {
  if (Action === undefined) return statement;
  return { ...statement, Action: [Action].flat().map((action) => String(action).toLowerCase()) };
}

/** Sorted keys, each value a sorted list of text: IAM treats a single value as a list, and `true` as `"true"`. */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textOf).sort();
  if (value === null || typeof value !== 'object') return [textOf(value)];
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, normalized(item)]),
  );
}

const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
