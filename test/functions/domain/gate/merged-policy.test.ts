import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DIALECT_NAMES } from '../../../../functions/domain/dialects/index.ts';
import { type DeployedGate, policyOf } from '../../../../functions/domain/gate/deployed-gate.ts';
import { type BucketPolicy, mergedPolicy } from '../../../../functions/domain/gate/merged-policy.ts';

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const DEPLOYED: DeployedGate = {
  bucketName: 'archive',
  bucketArn: 'arn:aws:s3:::archive',
  readerRoleArns: [role('ScanObject'), role('CheckFileType')],
  taggerRoleArns: [role('TagObject')],
  dialect: 'airlock',
  annotations: true,
};
const GATE = policyOf(DEPLOYED);
const OWN = {
  Sid: 'PublicRead',
  Effect: 'Allow',
  Principal: { AWS: role('App') },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::archive/*',
};
const TLS_SID = 'DenyInsecureTransport';
const TLS = GATE.Statement.find(({ Sid }) => Sid === TLS_SID);

type Statement = Record<string, unknown>;
const statementsOf = ({ Statement }: BucketPolicy) => [Statement].flat();
const withStatements = (...Statement: object[]): BucketPolicy => ({
  Version: '2012-10-17',
  Statement: Statement as Statement[],
});

describe('a bucket without a policy', () => {
  it('gets the gate as it is', () => {
    expect(mergedPolicy(undefined, GATE)).toEqual({
      policy: GATE,
      changed: true,
      missing: GATE.Statement.map(({ Sid }) => Sid),
      overwritten: [],
      obsolete: [],
    });
  });
});

describe('a bucket with a policy of its own', () => {
  it('keeps it, word for word, and gets the gate after it', () => {
    const own: BucketPolicy = { Version: '2008-10-17', Id: 'mine', Statement: OWN };
    expect(mergedPolicy(own, GATE)).toEqual({
      policy: { Version: '2008-10-17', Id: 'mine', Statement: [OWN, ...GATE.Statement] },
      changed: true,
      missing: GATE.Statement.map(({ Sid }) => Sid),
      overwritten: [],
      obsolete: [],
    });
  });

  it('needs no second statement that means the same as its own', () => {
    const spelledOtherwise = {
      Sid: 'TlsOnly',
      Resource: [...(TLS?.Resource ?? [])].reverse(),
      Action: 'S3:*',
      Principal: '*',
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': [false] } },
    };
    const { policy, overwritten } = mergedPolicy(withStatements(spelledOtherwise), GATE);
    expect(statementsOf(policy)).toEqual([spelledOtherwise, ...GATE.Statement.filter(({ Sid }) => Sid !== TLS_SID)]);
    expect(overwritten).toEqual([]);
  });

  it.each<[string, object]>([
    ['allows', { ...TLS, Effect: 'Allow' }],
    ['denies AWS identities, which need not take in services', { ...TLS, Principal: { AWS: '*' } }],
    ['denies one person', { ...TLS, Principal: { AWS: role('App') } }],
    ['denies something else', { ...TLS, Action: ['s3:PutObject'] }],
    ['denies it elsewhere', { ...TLS, Resource: ['arn:aws:s3:::archive/public/*'] }],
    ['denies it on another condition', { ...TLS, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }],
    [
      'denies it on a further condition',
      { ...TLS, Condition: { ...TLS?.Condition, Null: { 'aws:SourceVpc': 'true' } } },
    ],
    ['denies all but something', { ...TLS, Action: undefined, NotAction: ['s3:GetObject'] }],
  ])('is told when a statement of a name of the gate %s', (_, own) => {
    const { policy, overwritten } = mergedPolicy(withStatements(own), GATE);
    expect(overwritten).toEqual([TLS_SID]);
    expect(statementsOf(policy)).toContainEqual(TLS);
    expect(statementsOf(policy)).not.toContainEqual(own);
  });
});

describe('a bucket with a gate', () => {
  const gate = fc
    .record({
      dialect: fc.constantFrom(...DIALECT_NAMES),
      readerRoleArns: fc.subarray([...'abcde'].map(role), { minLength: 1 }),
      taggerRoleArns: fc.subarray([...'xyz'].map(role), { minLength: 1 }),
    })
    .map((other) => policyOf({ ...DEPLOYED, ...other }));
  const trustedGate = fc
    .uniqueArray(
      fc.record({
        prefix: fc.constantFrom('a/', 'b/c/', "x's-(1)!_./"),
        writerRoleArns: fc.subarray([...'VW'].map(role), { minLength: 1 }),
      }),
      { selector: ({ prefix }) => prefix, maxLength: 3 },
    )
    .map((trusted) => trusted.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1)))
    .map((trusted) => policyOf({ ...DEPLOYED, trusted }));
  const own = fc.array(fc.constantFrom<object[]>(OWN, { ...OWN, Sid: undefined, Effect: 'Deny' }));

  it('gets the new one in its place, whatever roles and dialect were before', () => {
    fc.assert(
      fc.property(gate, gate, own, own, (before, after, first, last) => {
        const current = withStatements(...first, ...before.Statement, ...last);
        const { policy, overwritten } = mergedPolicy(current, after);
        expect(statementsOf(policy)).toEqual([...first, ...after.Statement, ...last]);
        expect(overwritten).toEqual([]);
      }),
    );
  });

  it('gets trusted prefixes, changes and loses them, and the rest stays', () => {
    fc.assert(
      fc.property(gate, trustedGate, trustedGate, own, (plain, before, after, first) => {
        const current = mergedPolicy(withStatements(...first, ...plain.Statement), before).policy;
        const { policy, overwritten, obsolete } = mergedPolicy(current, after);
        expect(overwritten).toEqual([]);
        const said = (statements: readonly object[]) => statements.map((each) => JSON.stringify(each)).sort();
        expect(said(statementsOf(policy))).toEqual(said([...first, ...after.Statement]));
        const gone = before.Statement.map(({ Sid }) => Sid).filter(
          (sid) => !after.Statement.some(({ Sid }) => Sid === sid),
        );
        expect([...obsolete].sort()).toEqual(gone.sort());
        expect(mergedPolicy(policy, after).changed).toBe(false);
        expect(mergedPolicy(policy, plain)).toMatchObject({ changed: true, overwritten: [] });
        const bare = mergedPolicy(policy, plain).policy;
        expect(said(statementsOf(bare))).toEqual(said([...first, ...plain.Statement]));
      }),
    );
  });

  it.each<[string, object]>([
    ['allows', { Effect: 'Allow' }],
    ['denies something else', { Action: ['s3:GetObjectAcl'] }],
    ['is about one key', { Resource: ['arn:aws:s3:::archive/key'] }],
    ['has another condition', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  ])('keeps a statement of the owner that has the name of one about trusted prefixes and %s', (_, change) => {
    const trusted = [{ prefix: 'a/', writerRoleArns: [role('W')] }];
    const ours = policyOf({ ...DEPLOYED, trusted }).Statement.find(({ Sid }) => Sid === 'DenyOtherWriters1');
    const theirs = { ...ours, ...change };
    const { policy, obsolete } = mergedPolicy(withStatements(theirs), GATE);
    expect(obsolete).toEqual([]);
    expect(statementsOf(policy)).toContainEqual(theirs);
    expect(mergedPolicy(withStatements({ ...ours }), GATE).obsolete).toEqual(['DenyOtherWriters1']);
  });

  it('has every statement in the end, and no name twice, whatever stood under its names', () => {
    const renamed = fc.shuffledSubarray([...GATE.Statement], { minLength: 1 }).chain((statements) =>
      fc
        .shuffledSubarray([...GATE.Statement.map(({ Sid }) => Sid), 'Mine', 'MineToo'], {
          minLength: statements.length,
          maxLength: statements.length,
        })
        .map((sids) => statements.map((statement, at) => ({ ...statement, Sid: sids[at] }))),
    );
    fc.assert(
      fc.property(renamed, (statements) => {
        const { policy } = mergedPolicy(withStatements(...statements), GATE);
        const said = statementsOf(policy).map(({ Sid, ...said }) => said);
        for (const { Sid, ...statement } of GATE.Statement) expect(said).toContainEqual(statement);
        expect(new Set(statementsOf(policy).map(({ Sid }) => Sid)).size).toBe(said.length);
        expect(mergedPolicy(policy, GATE).changed).toBe(false);
      }),
    );
  });

  it('loses an earlier one, whose roles are gone, also where the new one stands under other names', () => {
    const before = policyOf({ ...DEPLOYED, readerRoleArns: [role('Former')], taggerRoleArns: [role('Former')] });
    const renamed = GATE.Statement.map((statement) => ({ ...statement, Sid: `My${statement.Sid}` }));
    const { policy, changed, overwritten } = mergedPolicy(withStatements(...before.Statement, ...renamed), GATE);
    expect([changed, overwritten]).toEqual([true, []]);
    expect(statementsOf(policy)).toEqual([...GATE.Statement, ...renamed]);
  });

  it('is left as it is when nothing has changed, whoever put what in between', () => {
    fc.assert(
      fc.property(gate, own, fc.func(fc.integer()), (now, others, order) => {
        const { policy } = mergedPolicy(withStatements(...others), now);
        const shuffled = withStatements(...statementsOf(policy).sort((a, b) => order(a) - order(b)));
        expect(mergedPolicy(shuffled, now)).toEqual({
          ...{ policy: shuffled, changed: false },
          ...{ missing: [], overwritten: [], obsolete: [] },
        });
      }),
    );
  });
});
