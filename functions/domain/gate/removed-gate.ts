import { policyOf } from './deployed-gate.ts';
import { destinationPolicy } from './destination-policy.ts';
import { type BucketPolicy, type Statement, shapeOf } from './merged-policy.ts';
import type { PolicyStatement } from './statement.ts';
import { sidOfTrusted } from './trusted-statements.ts';

/** A bucket's policy as it is without the gate. */
export interface RemovedGate {
  /** undefined when no statement is left: S3 accepts no empty policy. */
  readonly policy: BucketPolicy | undefined;
  /** Sids of the statements that are taken away. */
  readonly removed: readonly string[];
  /** Sids of the gate under which the policy has statements of its owner; they stay. */
  readonly kept: readonly string[];
  /** What a tag must say for the gate to let readers through; undefined if it keeps nobody from reading. */
  readonly lets: LetThrough | undefined;
}

export interface LetThrough {
  readonly tagKey: string;
  readonly values: readonly string[];
  /** Prefixes under which content without that tag gets through too. */
  readonly trusted: readonly string[];
}

/**
 * Takes the gate out of a bucket's policy, for whatever roles and dialect it was made: the stack may be gone. Only a
 * statement with the Sid and the shape of one of the gate's is taken.
 */
export function removedGate(current: BucketPolicy, bucketName: string): RemovedGate {
  const statements = [current.Statement].flat();
  const shapes = new Map<string, Set<string>>();
  for (const partition of partitionsIn(statements)) {
    for (const statement of anyGate(bucketName, partition)) {
      const known = shapes.get(nameOf(statement)) ?? new Set();
      shapes.set(nameOf(statement), known.add(shapeOf({ ...statement })));
    }
  }
  const isOurs = (statement: Statement) => shapes.get(nameOf(statement))?.has(shapeOf(statement)) ?? false;
  const ours = statements.filter(isOurs);
  const others = statements.filter((statement) => !isOurs(statement));
  return {
    policy: others.length === 0 ? undefined : { ...current, Statement: others },
    removed: ours.map(({ Sid = '' }) => Sid),
    kept: others.filter((statement) => shapes.has(nameOf(statement))).map(({ Sid = '' }) => Sid),
    lets: ours.map(letThrough).find((lets) => lets !== undefined),
  };
}

const nameOf = ({ Sid = '' }: { readonly Sid?: string | undefined }) => sidOfTrusted(Sid) ?? Sid;

/** `aws`, `aws-cn`, …: part of every ARN in the policy, and nowhere else to be had without the stack. */
function partitionsIn(statements: readonly Statement[]): Set<string> {
  const named = JSON.stringify(statements).matchAll(/"arn:([a-z-]+):s3:::/g);
  return new Set(['aws', ...[...named].map(([, partition = '']) => partition)]);
}

/** Of a watched bucket and of one that is copied to. Roles, dialect and trusted prefixes do not matter: a shape leaves them out. */
function anyGate(bucketName: string, partition: string): readonly PolicyStatement[] {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const some = ['arn:'];
  const watched = policyOf({
    ...{ bucketName, bucketArn, dialect: 'airlock', annotations: true },
    ...{ readerRoleArns: some, taggerRoleArns: some, trusted: [{ prefix: 'any/', writerRoleArns: some }] },
  });
  const copiedTo = [[], some].map((deleterRoleArns) =>
    destinationPolicy({ bucketArn, writerRoleArns: some, deleterRoleArns, annotations: true }),
  );
  return [watched, ...copiedTo].flatMap(({ Statement }) => Statement);
}

const EXISTING_TAG = 's3:ExistingObjectTag/';

function letThrough({ Condition, NotResource }: Statement): LetThrough | undefined {
  const { StringNotEquals = {} } = (Condition ?? {}) as { StringNotEquals?: Record<string, string | string[]> };
  const [name, values = []] = Object.entries(StringNotEquals).find(([key]) => key.startsWith(EXISTING_TAG)) ?? [];
  if (name === undefined) return undefined;
  // `arn:aws:s3:::bucket/prefix/*`
  const trusted = [NotResource ?? []].flat().map((place) =>
    String(place)
      .replace(/^[^/]*\//, '')
      .replace(/\*$/, ''),
  );
  return { tagKey: name.slice(EXISTING_TAG.length), values: [values].flat(), trusted };
}
