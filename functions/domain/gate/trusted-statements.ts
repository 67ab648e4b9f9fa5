import type { Dialect } from '../dialects/index.ts';
import { type Condition, except, type PolicyStatement, READ, TAG, UNTAG } from './statement.ts';
import type { TrustedPrefix } from './trusted.ts';

interface Props {
  readonly bucketArn: string;
  readonly readerRoleArns: readonly string[];
  readonly taggerRoleArns: readonly string[];
  readonly trusted: readonly TrustedPrefix[];
  readonly statusTag: Dialect['statusTag'];
}

/**
 * What changes an object, or who may change it. Annotations are left out, since nobody can read them, and so is
 * encryption, which changes no content.
 */
const CHANGE = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:BypassGovernanceRetention',
  's3:ObjectOwnerOverrideToBucketOwner',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:AbortMultipartUpload',
  's3:RestoreObject',
  's3:ReplicateObject',
  's3:ReplicateDelete',
];

/** ARNs of all objects under trusted prefixes. */
export const trustedObjects = (bucketArn: string, trusted: readonly Pick<TrustedPrefix, 'prefix'>[]): string[] =>
  trusted.map(({ prefix }) => `${bucketArn}/${prefix}*`);

/** What the gate says of trusted prefixes alone. */
export function trustedStatements({
  bucketArn,
  readerRoleArns,
  taggerRoleArns,
  trusted,
  statusTag: { key, clean },
}: Props): readonly PolicyStatement[] {
  const deny = (
    Sid: string,
    Action: readonly string[],
    prefixes: readonly TrustedPrefix[],
    Condition: Condition,
  ): PolicyStatement => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource: trustedObjects(bucketArn, prefixes),
    Condition,
  });
  if (trusted.length === 0) return [];
  return [
    // A verdict counts here too: of what was there before, or of what is scanned by hand.
    deny('DenyTrustedNotClean', READ, trusted, {
      Null: { [`s3:ExistingObjectTag/${key}`]: 'false' },
      StringNotEquals: { [`s3:ExistingObjectTag/${key}`]: clean },
      ...except(readerRoleArns),
    }),
    ...byWriters(trusted).flatMap(({ writerRoleArns, prefixes }, at) => [
      deny(`DenyOtherWriters${at + 1}`, CHANGE, prefixes, except(writerRoleArns)),
      // An upload that was being scanned when its prefix became trusted still gets its verdict.
      deny(`DenyOtherTaggers${at + 1}`, [...TAG, ...UNTAG], prefixes, except([...writerRoleArns, ...taggerRoleArns])),
    ]),
  ];
}

/** Sid of a statement about trusted prefixes without the number that its place gives it; undefined for any other. */
export function sidOfTrusted(sid: string | undefined): string | undefined {
  return /^(?:DenyTrustedNotClean|DenyOther(?:Writers|Taggers)(?=[1-9]\d*$))/.exec(sid ?? '')?.[0];
}

/** Prefixes with the same writers, in the order of the first of each: a policy has 20 KB. */
function byWriters(trusted: readonly TrustedPrefix[]) {
  const unique = ({ writerRoleArns }: TrustedPrefix) => [...new Set(writerRoleArns)].sort();
  const groups = Map.groupBy(trusted, (each) => unique(each).join());
  return [...groups.values()].map((prefixes) => ({ writerRoleArns: unique(prefixes[0] as TrustedPrefix), prefixes }));
}
