import type { PolicyStatement } from './bucket-policy.ts';
import { policyOf } from './deployed-gate.ts';
import { destinationPolicy } from './destination-policy.ts';
import { type BucketPolicy, type Statement, shapeOf } from './merged-policy.ts';

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
      const known = shapes.get(statement.Sid) ?? new Set();
      shapes.set(statement.Sid, known.add(shapeOf({ ...statement })));
    }
  }
  const isOurs = (statement: Statement) => shapes.get(statement.Sid ?? '')?.has(shapeOf(statement)) ?? false;
  const ours = statements.filter(isOurs);
  const others = statements.filter((statement) => !isOurs(statement));
  return {
    policy: others.length === 0 ? undefined : { ...current, Statement: others },
    removed: ours.map(({ Sid = '' }) => Sid),
    kept: others.map(({ Sid = '' }) => Sid).filter((sid) => shapes.has(sid)),
    lets: ours.map(letThrough).find((lets) => lets !== undefined),
  };
}

/** `aws`, `aws-cn`, …: part of every ARN in the policy, and nowhere else to be had without the stack. */
function partitionsIn(statements: readonly Statement[]): Set<string> {
  const named = JSON.stringify(statements).matchAll(/"arn:([a-z-]+):s3:::/g);
  return new Set(['aws', ...[...named].map(([, partition = '']) => partition)]);
}

/** Of a watched bucket and of one that is copied to. Roles and dialect do not matter: a shape leaves them out. */
function anyGate(bucketName: string, partition: string): readonly PolicyStatement[] {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const some = ['arn:'];
  const watched = policyOf({
    ...{ bucketName, bucketArn, dialect: 'airlock', annotations: true },
    ...{ readerRoleArns: some, taggerRoleArns: some },
  });
  const copiedTo = [[], some].map((deleterRoleArns) =>
    destinationPolicy({ bucketArn, writerRoleArns: some, deleterRoleArns, annotations: true }),
  );
  return [watched, ...copiedTo].flatMap(({ Statement }) => Statement);
}

const EXISTING_TAG = 's3:ExistingObjectTag/';

function letThrough({ Condition }: Statement): LetThrough | undefined {
  const { StringNotEquals = {} } = (Condition ?? {}) as { StringNotEquals?: Record<string, string | string[]> };
  const [name, values = []] = Object.entries(StringNotEquals).find(([key]) => key.startsWith(EXISTING_TAG)) ?? [];
  return name === undefined ? undefined : { tagKey: name.slice(EXISTING_TAG.length), values: [values].flat() };
}
