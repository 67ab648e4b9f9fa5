import { describe, expect, it } from '@jest/globals';
import { PolicyEngine } from '../../../../emulator/iam/policy-engine.ts';
import type { Principal } from '../../../../emulator/iam/principals.ts';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { bucketPolicy } from '../../../../functions/domain/gate/bucket-policy.ts';
import { cloudFrontStatements } from '../../../../functions/domain/gate/cloudfront-readers.ts';
import type { TrustedPrefix } from '../../../../functions/domain/gate/trusted.ts';

/** The bucket's whole policy: the gate and what lets CloudFront in. */
const bucketArn = 'arn:aws:s3:::uploads';
const DISTRIBUTION = 'arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE';
const IDENTITY = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2QWRUHAPOMQZL';
const SERVICE = 'cloudfront.amazonaws.com';
const engine = new PolicyEngine();

/** Identities have no policies of their own, but would be of another account here, which needs one. */
const identity = (arn: string): Principal => {
  const Statement = [{ Effect: 'Allow' as const, Action: 's3:*', Resource: '*' }];
  return { arn, policies: [{ name: arn, document: { Version: '2012-10-17', Statement } }] };
};

interface Asked {
  readonly principal: Principal | string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, string>>;
  readonly action?: string;
  readonly key?: string;
  readonly trusted?: readonly TrustedPrefix[];
}

function ask(
  name: (typeof DIALECT_NAMES)[number],
  { principal, tags = {}, context = {}, action, key = 'key', trusted = [] }: Asked,
) {
  const dialect = dialectNamed(name);
  const [readerRoleArns, taggerRoleArns] = [
    ['arn:aws:iam::111122223333:role/reader'],
    ['arn:aws:iam::111122223333:role/tagger'],
  ];
  const gate = bucketPolicy({
    bucketName: 'uploads',
    bucketArn,
    readerRoleArns,
    taggerRoleArns,
    dialect,
    annotations: true,
    trusted,
  });
  const readers = { distributionArns: [DISTRIBUTION], originAccessIdentityArns: [IDENTITY] };
  const Statement = [...cloudFrontStatements(bucketArn, readers, dialect, trusted), ...gate.Statement];
  const existing = Object.entries(tags).map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]);
  return engine.decide({
    principal,
    action: action ?? 's3:GetObject',
    resource: `${bucketArn}/${key}`,
    context: { 'aws:SecureTransport': 'true', ...Object.fromEntries(existing), ...context },
    resourcePolicy: { name: 'bucket', document: { Version: '2012-10-17', Statement } },
  });
}

const from = (arn: string) => ({ 'aws:SourceArn': arn });
const OAC = { principal: SERVICE, context: from(DISTRIBUTION) };
const OAI = { principal: identity(IDENTITY) };
const cleanIn = (name: (typeof DIALECT_NAMES)[number]) => {
  const { key, clean } = dialectNamed(name).statusTag;
  return { [key]: clean };
};

describe.each([...DIALECT_NAMES])('in the dialect %s', (name) => {
  const { key, clean } = dialectNamed(name).statusTag;

  it.each([
    ['the distribution', OAC],
    ['the identity', OAI],
  ])('%s reads what is clean, and nothing else', async (_, asked) => {
    expect(await ask(name, { ...asked, tags: cleanIn(name) })).toMatchObject({ allowed: true });
    for (const tags of [{}, { [key]: 'INFECTED' }, { [key]: `${clean} ` }, { [`x${key}`]: clean }]) {
      expect(await ask(name, { ...asked, tags })).toMatchObject({ allowed: false, reason: 'DenyUnlessClean' });
    }
  });
});

const tags = cleanIn('airlock');

it.each([
  ['another distribution', { principal: SERVICE, context: from(`${DISTRIBUTION}2`) }],
  ['CloudFront for nobody', { principal: SERVICE }],
  ['another service', { principal: 'logging.s3.amazonaws.com', context: from(DISTRIBUTION) }],
  ['nobody', { principal: undefined, context: from(DISTRIBUTION) }],
])('%s reads nothing', async (_, asked) => {
  expect(await ask('airlock', { ...asked, tags })).toMatchObject({ allowed: false });
});

it.each(['s3:PutObject', 's3:DeleteObject', 's3:PutObjectTagging', 's3:GetObjectVersion', 's3:GetObjectTagging'])(
  'the distribution may not %s',
  async (action) => expect(await ask('airlock', { ...OAC, tags, action })).toMatchObject({ allowed: false }),
);

it.each([
  ['the distribution', OAC],
  ['the identity', OAI],
])('%s reads what is trusted without a verdict, and not with a bad one', async (_, asked) => {
  const trusted = [{ prefix: 'exports/', writerRoleArns: ['arn:aws:iam::111122223333:role/exporter'] }];
  for (const [key, tags, allowed] of [
    ['exports/x', {}, true],
    ['exports/', {}, true],
    ['exports/x', { 'scan-status': 'INFECTED' }, false],
    ['exports', {}, false],
    ['Exports/x', {}, false],
    ['in/exports/x', {}, false],
    ['in/exports/x', { 'scan-status': 'CLEAN' }, true],
  ] as const) {
    expect([key, tags, (await ask('airlock', { ...asked, tags, key, trusted })).allowed]).toEqual([key, tags, allowed]);
  }
  for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:PutObjectTagging', 's3:GetObjectVersion']) {
    expect(await ask('airlock', { ...asked, action, key: 'exports/x', trusted })).toMatchObject({ allowed: false });
  }
});

it.each([
  ['another distribution', { principal: SERVICE, context: from(`${DISTRIBUTION}2`) }],
  ['CloudFront for nobody', { principal: SERVICE }],
  ['nobody', { principal: undefined, context: from(DISTRIBUTION) }],
])('%s reads nothing that is trusted', async (_, asked) => {
  const trusted = [{ prefix: 'exports/', writerRoleArns: ['arn:aws:iam::111122223333:role/exporter'] }];
  expect(await ask('airlock', { ...asked, key: 'exports/x', trusted })).toMatchObject({ allowed: false });
});

it('needs TLS', async () => {
  const context = { ...OAC.context, 'aws:SecureTransport': 'false' };
  const answer = await ask('airlock', { ...OAC, tags, context });
  expect(answer).toMatchObject({ allowed: false, reason: 'DenyInsecureTransport' });
});

it('admits nobody where nobody is named', () => {
  const none = { distributionArns: [], originAccessIdentityArns: [] };
  expect(cloudFrontStatements(bucketArn, none, dialectNamed('airlock'))).toEqual([]);
});
