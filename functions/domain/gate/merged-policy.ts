import { z } from 'zod';
import { DENY_UNLESS_CLEAN, type PolicyDocument } from './bucket-policy.ts';
import { sidOfTrusted, trustedStatements } from './trusted-statements.ts';

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
  /** Sids of an earlier gate's statements about prefixes that are trusted no more: taken away. */
  readonly obsolete: readonly string[];
}

/**
 * Merges the gate into a bucket's own policy. All other statements keep their content and position. A gate statement
 * is already present if an equivalent one exists, under its Sid or under none of the gate's; otherwise it replaces
 * the one with its Sid, as after a change of roles or dialect; otherwise it is appended.
 * @param current undefined for a bucket without a policy
 */
export function mergedPolicy(current: BucketPolicy | undefined, gate: PolicyDocument): MergedPolicy {
  const names = new Set<string | undefined>(gate.Statement.map(({ Sid }) => Sid));
  const before = [current?.Statement ?? []].flat();
  const obsolete = before.filter((statement) => !names.has(statement.Sid) && isOfTrusted(statement));
  const statements = before.filter((statement) => !obsolete.includes(statement));
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
  return {
    policy,
    changed: missing.length + obsolete.length > 0,
    missing: missing.map(({ Sid }) => Sid),
    overwritten,
    obsolete: obsolete.map(({ Sid = '' }) => Sid),
  };
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

/**
 * Equal for statements with the same Sid in any two gates of one bucket: ignores condition values, tag keys and which
 * prefixes are trusted.
 */
export function shapeOf({ Sid, Condition, ...rest }: Statement): string {
  const statement = wherever(Sid, rest);
  const operators = Object.entries(Condition ?? {}).map(([operator, keys]) => [
    operator,
    Object.keys(keys ?? {}).map((key) => key.split('/', 1)[0]),
  ]);
  return JSON.stringify(normalized(spelledAlike({ ...statement, Condition: operators })));
}

/** Keys under a prefix that could be trusted, or all of them. */
const OBJECTS = /^(arn:[a-z-]+:s3:::[^/]+)\/(?:[^*?$]+\/)?\*$/;

function wherever(sid: string | undefined, { Resource, NotResource, ...statement }: Statement): Statement {
  const [prefixed, other] = sidOfTrusted(sid) ? [Resource, NotResource] : [NotResource, Resource];
  const places = [prefixed ?? []].flat().map(String);
  const isOurs = sid === DENY_UNLESS_CLEAN || sidOfTrusted(sid) !== undefined;
  const [first] = places;
  if (!isOurs || other !== undefined || first === undefined || !places.every((place) => OBJECTS.test(place))) {
    return {
      ...statement,
      ...(Resource !== undefined && { Resource }),
      ...(NotResource !== undefined && { NotResource }),
    };
  }
  return { ...statement, Resource: [first.replace(OBJECTS, '$1/*')] };
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

function isOfTrusted(statement: Statement): boolean {
  const sid = sidOfTrusted(statement.Sid);
  const [bucketArn] = /arn:[a-z-]+:s3:::[^/"]+/.exec(JSON.stringify(statement)) ?? [''];
  return anyTrusted(bucketArn).some((ours) => sidOfTrusted(ours.Sid) === sid && shapeOf(ours) === shapeOf(statement));
}

/** Prefix, roles and dialect do not matter: a shape leaves them out. */
function anyTrusted(bucketArn: string): Statement[] {
  const trusted = [{ prefix: 'any/', writerRoleArns: ['arn:'] }];
  const roles = { readerRoleArns: ['arn:'], taggerRoleArns: ['arn:'] };
  return trustedStatements({ bucketArn, trusted, ...roles, statusTag: { key: '', clean: '' } }).map((each) => ({
    ...each,
  }));
}

const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
