import { z } from 'zod';
import type { PolicyDocument } from './bucket-policy.ts';

const Statement = z.looseObject({ Sid: z.string().optional() });
type Statement = z.infer<typeof Statement>;

/** Any bucket policy, as far as merging looks into it. */
export const BucketPolicy = z.looseObject({ Statement: z.union([Statement, z.array(Statement)]) });
export type BucketPolicy = z.infer<typeof BucketPolicy>;

export interface MergedPolicy {
  readonly policy: BucketPolicy;
  /** Whether anything had to be added or replaced. */
  readonly changed: boolean;
  /** Sids under which the bucket's policy said something that no earlier gate can have said; replaced all the same. */
  readonly overwritten: readonly string[];
}

/**
 * A bucket's own policy with the gate in it. What is not the gate's stays as it is and where it is. A statement of
 * the gate is there already when one means the same, under its Sid or under none of the gate's; else it takes the
 * place of the one with its Sid, as after a change of roles or dialect; else it comes last.
 *
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
  return { policy, changed: missing.length > 0, overwritten };
}

/** @param names all Sids of the gate */
function isThere(statement: Statement, among: readonly Statement[], names: ReadonlySet<string | undefined>): boolean {
  const named = among.find(({ Sid }) => Sid === statement.Sid);
  // An earlier gate's would go on denying what the roles of today need.
  if (named !== undefined && shapeOf(named) === shapeOf(statement)) return meaningOf(named) === meaningOf(statement);
  // What stands under another name of the gate may have to make room.
  return among.some((other) => !names.has(other.Sid) && meaningOf(other) === meaningOf(statement));
}

/**
 * Equal for statements that differ in Sid, order, spelling of actions, or in lists of one alone. Not in `"*"` for
 * `{ "AWS": "*" }`: services treat these two differently, and a denial must hold for services too.
 */
function meaningOf({ Sid, ...statement }: Statement): string {
  return JSON.stringify(normalized(spelledAlike(statement)));
}

/** Equal for what any two gates of one bucket say under one Sid: values of conditions and keys of tags are left out. */
function shapeOf({ Sid, Condition, ...statement }: Statement): string {
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

/** Keys in order, each value a sorted list of text: IAM reads one value as a list of it, and `true` as `"true"`. */
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
