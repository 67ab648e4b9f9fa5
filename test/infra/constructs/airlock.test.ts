import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from '../../../infra/synthesize.ts';

/*
 * Apps with the construct, each synthesized by what stands in its function. A process of its own, since Jest needs ten
 * times as long as Node to load aws-cdk-lib.
 */
const APPS = {
  two: `
    const uploads = new Bucket(stack, 'Uploads', { encryptionKey: new Key(stack, 'Key'), removalPolicy: RemovalPolicy.DESTROY });
    const mail = new Bucket(new Construct(stack, 'Mail'), 'Bucket', { versioned: true });
    const one = new Airlock(stack, 'UploadsAirlock', { buckets: [uploads], onInfected: 'quarantine' });
    new Airlock(stack, 'MailAirlock', {
      buckets: [{ bucket: mail, suffixes: ['.pdf'] }, Bucket.fromBucketName(stack, 'Archive', 'was-there')],
      dialect: 'guardduty',
      workflow: 'EXPRESS',
      engine: { ephemeralStorageMb: 6144 },
    });
    const reader = new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() });
    one.grantRead(reader);
    const starter = new Role(stack, 'Starter', { assumedBy: new AccountRootPrincipal() });
    one.scanUpload.grantStartExecution(starter);
    new CfnOutput(stack, 'Alarms', { value: String(one.alarms.length) });
    new Queue(stack, 'Unrelated');
    one.metricVerdicts('INFECTED').createAlarm(stack, 'Malware', { threshold: 1, evaluationPeriods: 1 });`,
  defaults: `new Airlock(stack, 'Airlock');`,
  named: `new Airlock(stack, 'Airlock', { buckets: [{ name: 'made-here', versioned: false }] });`,
  trusted: `
    const trusted = [{ prefix: 'exports/', writerRoleArns: ['arn:aws:iam::111122223333:role/Exporter'] }];
    const distributionArns = ['arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE'];
    const buckets = [{ bucket: new Bucket(stack, 'Mail'), trusted }, { name: 'made-here', trusted, cloudFront: { distributionArns } }];
    const airlock = new Airlock(stack, 'Airlock', { buckets: [...buckets, { name: 'plain' }] });
    airlock.grantRead(new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() }));`,
  'a role of another partition': `
    const there = new Stack(app, 'There', { env: { region: 'cn-north-1' } });
    const trusted = [{ prefix: 'exports/', writerRoleArns: ['arn:aws:iam::111122223333:role/Exporter'] }];
    new Airlock(there, 'Airlock', { buckets: [{ name: 'made-here', trusted }] });`,
  'one bucket under two': `
    const bucket = new Bucket(stack, 'Uploads');
    new Airlock(stack, 'One', { buckets: [bucket] });
    new Airlock(stack, 'Two', { buckets: [bucket] });`,
  'one bucket under two by its name': `
    new Airlock(stack, 'One', { buckets: [Bucket.fromBucketName(stack, 'A', 'same')] });
    new Airlock(new Stack(app, 'Other'), 'Two', { buckets: [{ name: 'same', existing: true }] });`,
  'one bucket twice': `
    const bucket = new Bucket(stack, 'Uploads');
    new Airlock(stack, 'One', { buckets: [bucket, { bucket }] });`,
  'a bucket of another stack': `
    new Airlock(stack, 'One', { buckets: [new Bucket(new Stack(app, 'Other'), 'Uploads')] });`,
  'copies into what another watches': `
    new Airlock(stack, 'One', { buckets: [Bucket.fromBucketName(stack, 'A', 'watched')] });
    new Airlock(stack, 'Two', { buckets: [{ name: 'uploads', onClean: { copyTo: { bucket: 'watched' } } }] });`,
  'watches what another copies into': `
    new Airlock(stack, 'One', { buckets: [{ name: 'uploads', onClean: { copyTo: { bucket: 'clean' } } }] });
    new Airlock(stack, 'Two', { buckets: [Bucket.fromBucketName(stack, 'A', 'clean')] });`,
  'a wrong prop': `new Airlock(stack, 'One', { onInfected: 'burn', allowedTyps: ['*'] });`,
};
type App = keyof typeof APPS | 'with the flags of cdk.json';

const SCRIPT = `
  import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
  import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
  import { Key } from 'aws-cdk-lib/aws-kms';
  import { Bucket } from 'aws-cdk-lib/aws-s3';
  import { Queue } from 'aws-cdk-lib/aws-sqs';
  import { Construct } from 'constructs';
  import { flatten } from './infra/flatten-template.ts';
  import { Airlock } from './infra/index.ts';
  import { templatesOf } from './infra/limits/check-limits.ts';

  const results = {};
  const add = (name, build, flags = {}) => {
    const outdir = mkdtempSync(join(tmpdir(), 'airlock-construct-'));
    try {
      const context = { ...flags, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true };
      const app = new App({ outdir, analyticsReporting: false, context });
      const stack = new Stack(app, 'Shop');
      build(app, stack);
      app.synth();
      results[name] = { template: flatten(templatesOf(stack)) };
    } catch (fault) {
      results[name] = { error: fault.message };
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  };
  ${Object.entries(APPS)
    .map(([name, body]) => `add(${JSON.stringify(name)}, (app, stack) => {${body}});`)
    .join('\n')}
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  // It belongs to the stack, and only spells policies shorter.
  const { '@aws-cdk/aws-iam:minimizePolicies': _, ...flags } = context;
  add('with the flags of cdk.json', (app, stack) => new Airlock(stack, 'Airlock'), flags);
  console.log(JSON.stringify(results));
`;

let results: Record<App, { template?: Template; error?: string }>;

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    maxBuffer: 256 * 1024 ** 2,
  });
  results = JSON.parse(stdout);
}, 120_000);

function templateOf(name: App): Template {
  const { template, error } = results[name];
  if (template === undefined) throw new Error(error);
  return template;
}
const ofType = (name: App, type: string) =>
  Object.entries(templateOf(name).Resources).filter(([, { Type }]) => Type === type);
const resourcesNamed = (name: App, type: string, start: string) =>
  ofType(name, type)
    .filter(([id]) => id.startsWith(start))
    .map(([, resource]) => resource);

describe('trusted prefixes', () => {
  type Stated = {
    Sid?: string;
    Action: string | string[];
    Resource?: unknown;
    NotResource?: unknown;
    Condition?: object;
  };
  const gates = () =>
    ['MailPolicy', 'Bucketmadehere', 'Bucketplain'].map((start) => {
      const policies = ofType('trusted', 'AWS::S3::BucketPolicy').filter(([id]) => id.includes(start));
      return policies.flatMap(([, { Properties }]) => Properties?.PolicyDocument.Statement as Stated[]);
    });

  it('open the gate there, and nowhere else, in buckets of the app and in those that are made', () => {
    const [given = [], made = [], plain = []] = gates();
    for (const statements of [given, made]) {
      const of = (sid: string) => statements.find(({ Sid }) => Sid === sid);
      expect(JSON.stringify(of('DenyUnlessClean')?.NotResource)).toMatch(/\/exports\/\*/);
      expect(of('DenyUnlessClean')).not.toHaveProperty('Resource');
      expect(of('DenyOtherWriters1')?.Condition).toEqual({
        ArnNotEquals: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/Exporter'] },
      });
      expect(of('DenyTrustedNotClean')).toBeDefined();
    }
    expect(plain.find(({ Sid }) => Sid === 'DenyUnlessClean')).not.toHaveProperty('NotResource');
    expect(plain.filter(({ Sid = '' }) => /Trusted|Other/.test(Sid))).toEqual([]);
  });

  it('start no execution, and the executions of others know them', () => {
    const rules = ofType('trusted', 'AWS::Events::Rule').filter(
      ([, { Properties }]) => Properties?.EventPattern?.source?.[0] === 'aws.s3',
    );
    const keys = rules.map(([, { Properties }]) => Properties?.EventPattern.detail.object?.key);
    const exports = [{ 'anything-but': { prefix: ['exports/'] } }];
    expect(keys).toEqual(expect.arrayContaining([exports, exports, undefined]));
    for (const [, { Properties }] of rules) {
      const input = JSON.stringify(Properties?.Targets[0].InputTransformer.InputTemplate);
      const isTrusting = Properties?.EventPattern.detail.object !== undefined;
      expect(/trusted\W+exports\//.test(input)).toBe(isTrusting);
    }
  });

  it('change the policy of a bucket before its rule', () => {
    const policies = new Set(ofType('trusted', 'AWS::S3::BucketPolicy').map(([id]) => id));
    const waits = (id: string) =>
      [templateOf('trusted').Resources[id]?.DependsOn ?? []].flat().some((other) => policies.has(other));
    const rules = ofType('trusted', 'AWS::Events::Rule').map(([id]) => id);
    expect(rules.filter((id) => id.includes('madehere')).map(waits)).toEqual([true]);
    expect(rules.filter((id) => id.includes('plain')).map(waits)).toEqual([false]);
  });

  it('are read by CloudFront and by whom grantRead names, without a tag', () => {
    const [, made = []] = gates();
    expect(made.find(({ Sid }) => Sid === 'AllowTrustedDistributions')).toMatchObject({
      Action: 's3:GetObject',
      Condition: {
        StringEquals: { 'aws:SourceArn': ['arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE'] },
      },
    });
    const [[, reader] = []] = ofType('trusted', 'AWS::IAM::Policy').filter(([id]) =>
      id.startsWith('ReaderDefaultPolicy'),
    );
    const granted = reader?.Properties?.PolicyDocument.Statement as Stated[];
    const unconditional = granted.filter(
      ({ Action, Condition }) => Condition === undefined && JSON.stringify(Action).includes('GetObject'),
    );
    expect(unconditional.map(({ Resource }) => [Resource].flat().map((one) => JSON.stringify(one)))).toEqual([
      [expect.stringContaining('/exports/*'), expect.stringContaining('made-here/exports/*')],
    ]);
  });

  it('take no role of another partition', () => {
    expect(results['a role of another partition'].error).toMatch(
      /role\/Exporter is in the partition aws, the stack in aws-cn$/,
    );
  });
});

describe('two airlocks in one stack', () => {
  it('gate the buckets of the app, each in its own dialect', () => {
    const gateOf = (start: string) => {
      const [policy] = resourcesNamed('two', 'AWS::S3::BucketPolicy', start);
      const statements = policy?.Properties?.PolicyDocument.Statement as { Sid?: string; Condition?: object }[];
      return statements.find(({ Sid }) => Sid === 'DenyUnlessClean')?.Condition;
    };
    expect(gateOf('UploadsPolicy')).toMatchObject({ StringNotEquals: { 's3:ExistingObjectTag/scan-status': 'CLEAN' } });
    expect(gateOf('MailBucketPolicy')).toMatchObject({
      StringNotEquals: { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' },
    });
  });

  it('turn EventBridge on for every bucket', () => {
    const notified = ofType('two', 'Custom::S3BucketNotifications').map(([, { Properties }]) => Properties);
    expect(notified).toHaveLength(3);
    for (const properties of notified) {
      expect(properties?.NotificationConfiguration).toEqual({ EventBridgeConfiguration: {} });
    }
  });

  it('keep the policy of a bucket that is kept, and no other', () => {
    const fates = (start: string) =>
      resourcesNamed('two', 'AWS::S3::BucketPolicy', start).map(
        (policy) => (policy as { DeletionPolicy?: string }).DeletionPolicy,
      );
    expect(fates('MailBucketPolicy')).toEqual(['Retain']);
    expect(fates('UploadsPolicy')).toEqual([undefined]);
  });

  it('measure under names of their own', () => {
    const services = new Set(
      ofType('two', 'AWS::Lambda::Function').flatMap(
        ([, { Properties }]) => JSON.stringify(Properties?.Environment?.Variables?.POWERTOOLS_SERVICE_NAME) ?? [],
      ),
    );
    expect([...services].sort()).toEqual(['"Shop-MailAirlock"', '"Shop-UploadsAirlock"']);
    const [alarm] = resourcesNamed('two', 'AWS::CloudWatch::Alarm', 'Malware');
    expect(JSON.stringify(alarm?.Properties?.Dimensions)).toContain('-UploadsAirlock');
  });

  it('let their functions read the encrypted bucket', () => {
    const [policy] = resourcesNamed('two', 'AWS::IAM::Policy', 'UploadsAirlockScanObjectRoleDefaultPolicy');
    const statements = policy?.Properties?.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[];
    expect(statements).toContainEqual(
      expect.objectContaining({
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
      }),
    );
  });

  it('grant readers what is CLEAN, the key included', () => {
    const [policy] = resourcesNamed('two', 'AWS::IAM::Policy', 'ReaderDefaultPolicy');
    expect(policy?.Properties?.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Condition: { StringEquals: { 's3:ExistingObjectTag/scan-status': 'CLEAN' } },
      }),
      expect.objectContaining({ Action: 's3:ListBucket' }),
      expect.objectContaining({ Action: 'kms:Decrypt' }),
    ]);
  });

  it('have a guard each, which knows whom the app lets start executions', () => {
    const outputs = Object.entries(templateOf('two').Outputs ?? {});
    const guards = outputs.filter(([key]) => /^\w+AirlockGuard[0-9A-F]{8}$/.test(key));
    expect(guards.map(([key]) => key.slice(0, -8)).sort()).toEqual(['MailAirlockGuard', 'UploadsAirlockGuard']);
    const named = guards.filter(([, { Value }]) => /Starter[0-9A-F]{8}/.test(JSON.stringify(Value)));
    expect(named.map(([key]) => key.slice(0, -8))).toEqual(['UploadsAirlockGuard']);
  });

  it('start their schedules after what is theirs, not after the rest of the app', () => {
    const schedules = ofType('two', 'AWS::Scheduler::Schedule');
    expect(schedules.length).toBeGreaterThan(3);
    for (const [, schedule] of schedules) {
      expect([schedule.DependsOn ?? []].flat().filter((id) => /^(Unrelated|Reader|Starter|Malware)/.test(id))).toEqual(
        [],
      );
    }
  });
});

it('without props creates one bucket', () => {
  const { Outputs = {} } = templateOf('defaults');
  expect(Object.keys(Outputs).filter((key) => key.startsWith('AirlockUploadsBucketName'))).toHaveLength(1);
});

it('is the same in an app without feature flags', () => {
  const { Resources } = templateOf('defaults');
  const flagged = templateOf('with the flags of cdk.json').Resources;
  expect(Object.keys(flagged).sort()).toEqual(Object.keys(Resources).sort());
  for (const [id, resource] of Object.entries(flagged)) expect([id, Resources[id]]).toEqual([id, resource]);
});

it('creates the bucket that it is told to', () => {
  const buckets = ofType('named', 'AWS::S3::Bucket').map(([, { Properties }]) => Properties);
  const made = buckets.find((properties) => properties?.BucketName === 'made-here');
  expect(made).toBeDefined();
  expect(made).not.toHaveProperty('VersioningConfiguration');
});

it.each<[App, RegExp]>([
  ['one bucket under two', /^Shop\/Two: the bucket Shop\/Uploads is watched by Shop\/One too/],
  ['one bucket under two by its name', /^Other\/Two: the bucket same is watched by Shop\/One too/],
  ['one bucket twice', /^Shop\/One: the bucket Shop\/Uploads is watched twice/],
  ['a bucket of another stack', /^Shop\/One: the bucket Other\/Uploads is in another stack\. .*Bucket\.fromBucketName/],
  [
    'copies into what another watches',
    /^Shop\/Two: clean objects cannot be copied to watched, which Shop\/One watches/,
  ],
  ['watches what another copies into', /^Shop\/One: clean objects cannot be copied to clean, which Shop\/Two watches/],
  ['a wrong prop', /airlock\.onInfected: .*burn.*\n.*allowedTyps.*did you mean allowedTypes/],
])('%s is an error that says what to do', (name, message) => expect(results[name].error).toMatch(message));
