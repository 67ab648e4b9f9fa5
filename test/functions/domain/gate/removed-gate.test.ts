import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { policyOf } from '../../../../functions/domain/gate/deployed-gate.ts';
import { type BucketPolicy, mergedPolicy } from '../../../../functions/domain/gate/merged-policy.ts';
import { removedGate } from '../../../../functions/domain/gate/removed-gate.ts';

const BUCKET = 'archive';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const own = (Sid: string | undefined, Effect: string) => ({
  Sid,
  Effect,
  Principal: { AWS: role('App') },
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${BUCKET}/*`,
});
const deployed = fc.record({
  bucketName: fc.constant(BUCKET),
  bucketArn: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov').map((partition) => `arn:${partition}:s3:::${BUCKET}`),
  dialect: fc.constantFrom(...DIALECT_NAMES),
  readerRoleArns: fc.subarray([...'abcde'].map(role), { minLength: 1 }),
  taggerRoleArns: fc.subarray([...'xyz'].map(role), { minLength: 1 }),
  annotations: fc.boolean(),
  trusted: fc.uniqueArray(
    fc.record({
      prefix: fc.constantFrom('a/', 'b/c/', 'x.y/'),
      writerRoleArns: fc.subarray([...'vw'].map(role), { minLength: 1 }),
    }),
    { selector: ({ prefix }) => prefix, maxLength: 3 },
  ),
});
const owners = fc.array(fc.constantFrom<object>(own('PublicRead', 'Allow'), own(undefined, 'Deny')), { maxLength: 3 });
const withStatements = (...Statement: object[]) => ({ Version: '2012-10-17', Id: 'mine', Statement }) as BucketPolicy;
const GATE = policyOf({
  bucketName: BUCKET,
  bucketArn: `arn:aws:s3:::${BUCKET}`,
  dialect: 'airlock',
  readerRoleArns: [role('a')],
  taggerRoleArns: [role('x')],
  annotations: true,
});

describe('a policy without its gate', () => {
  it('is what it was before the gate was merged into it, whatever roles, dialect and partition', () => {
    fc.assert(
      fc.property(deployed, owners, owners, (gate, first, last) => {
        const before = withStatements(...first, ...last);
        const { policy: merged } = mergedPolicy(before, policyOf(gate));
        const { policy, removed, kept } = removedGate(merged, BUCKET);
        expect(policy).toEqual(first.length + last.length === 0 ? undefined : before);
        expect([...removed].sort()).toEqual(
          policyOf(gate)
            .Statement.map(({ Sid }) => Sid)
            .sort(),
        );
        expect(kept).toEqual([]);
      }),
    );
  });

  it('says what the gate let through', () => {
    fc.assert(
      fc.property(deployed, (gate) => {
        const { key, clean } = dialectNamed(gate.dialect).statusTag;
        const { lets } = removedGate(withStatements(...policyOf(gate).Statement), BUCKET);
        expect(lets).toEqual({ tagKey: key, values: [clean], trusted: gate.trusted.map(({ prefix }) => prefix) });
      }),
    );
  });

  it('is what S3 returns, which makes one text of a list of one', () => {
    const returned = GATE.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.length === 1 ? statement.Action[0] : [...statement.Action].reverse(),
      Resource: statement.Resource?.length === 1 ? statement.Resource[0] : statement.Resource,
    }));
    expect(removedGate(withStatements(own('Mine', 'Allow'), ...returned), BUCKET).policy).toEqual(
      withStatements(own('Mine', 'Allow')),
    );
  });
});

describe("a statement that is not the gate's", () => {
  it.each<[string, object]>([
    ['allows', { ...GATE.Statement[0], Effect: 'Allow' }],
    ['denies something else', { ...GATE.Statement[0], Action: ['s3:ListBucket'] }],
    ['denies one person', { ...GATE.Statement[0], Principal: { AWS: role('App') } }],
    ['denies on another condition', { ...GATE.Statement[0], Condition: { Null: { 'aws:SourceVpc': 'true' } } }],
    ['is about another bucket', { ...GATE.Statement[0], Resource: 'arn:aws:s3:::elsewhere/*' }],
  ])('stays although it has a Sid of the gate, and is named: it %s', (_, statement) => {
    const { policy, removed, kept, lets } = removedGate(withStatements(statement), BUCKET);
    expect({ policy, removed, kept, lets }).toEqual({
      policy: withStatements(statement),
      removed: [],
      kept: ['DenyUnlessClean'],
      lets: undefined,
    });
  });

  it('stays although it means the same, under a Sid of its own', () => {
    const renamed = { ...GATE.Statement[0], Sid: 'MyOwn' };
    expect(removedGate(withStatements(renamed, ...GATE.Statement), BUCKET)).toMatchObject({
      policy: withStatements(renamed),
      kept: [],
    });
  });

  it('may be the only one', () => {
    const only = { Version: '2012-10-17', Statement: own('Mine', 'Allow') } as BucketPolicy;
    expect(removedGate(only, BUCKET)).toMatchObject({ removed: [], kept: [] });
  });
});
