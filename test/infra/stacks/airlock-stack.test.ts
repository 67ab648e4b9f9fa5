// Over 250 lines, for every construct at once: synthesis takes seconds and is paid for in one place.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, test } from '@jest/globals';
import type { Resource } from '../../../infra/synthesize.ts';
import { type KeptTemplate, lostByKeptBuckets, madeBefore } from '../../support/kept-resources.ts';
import type { ChildResult } from '../synthesize-in-child.ts';

const DISTRIBUTION = 'arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE';
const IDENTITY = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2QWRUHAPOMQZL';
const OPERATOR_ROLE = 'arn:aws:iam::111122223333:role/security/quarantine-operator';
const CLEAN_KEY = 'arn:aws:kms:eu-central-1:111122223333:key/5678efgh';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';

const CONFIGS = {
  default: {},
  again: {},
  second: { stackName: 'Second' },
  express: {
    workflow: 'EXPRESS',
    maxObjectBytes: 20_000_000,
    allowedTypes: ['images'],
    dialect: 's3-virusscan',
    tagKey: 'scanned',
    notify: { sns: ['INFECTED'], events: [] },
    engine: { reservedConcurrency: null, rescanConcurrency: null, ephemeralStorageMb: 6144 },
    kmsKeyArns: [KEY],
    alarmEmail: 'security@example.com',
    logRetentionDays: 365,
    definitions: {
      updateHours: 1,
      mirror: null,
      customUrls: ['https://example.com/a.ndb', 'http://example.com/b.ign2'],
      allowInsecureMirror: true,
      allowLists: ['b.ign2'],
    },
  },
  several: {
    logLevel: 'ALL',
    tracing: true,
    tags: 'status',
    detailType: 'Verdict',
    engine: { architecture: 'arm64' },
    quarantine: { retentionDays: 30, objectLockDays: 7, operatorRoleArns: [OPERATOR_ROLE] },
    buckets: [
      { versioned: false },
      {
        name: 'made-here',
        prefixes: ['in/'],
        suffixes: ['.pdf'],
        reasons: ['PutObject'],
        onInfected: 'quarantine',
        cors: [{ allowedOrigins: ['https://app.example.com'] }],
        cloudFront: { distributionArns: [DISTRIBUTION], originAccessIdentityArns: [IDENTITY] },
        rescan: {
          schedule: 'cron(0 3 * * ? *)',
          strategy: 'all',
          prefix: 'in/',
          flexibleMinutes: 0,
          lateAfterDays: null,
        },
      },
      { name: 'was-there', existing: true, rescan: { schedule: null, ages: [2, 30] } },
      { name: 'was.there', existing: true, onInfected: 'delete' },
    ],
  },
  copies: {
    buckets: [
      { name: 'made-here' },
      {
        ...{ name: 'was-there', existing: true },
        onClean: { copyTo: { bucket: 'clean', prefix: 'in/', deleterRoleArns: [OPERATOR_ROLE], kmsKeyArn: CLEAN_KEY } },
      },
    ],
  },
};

/** Properties in which resources of two stacks could conflict. */
const PHYSICAL_NAMES = [
  ...['Alarm', 'Bucket', 'Dashboard', 'Function', 'LogGroup', 'Queue', 'Role', 'StateMachine', 'Topic', ''].map(
    (type) => `${type}Name`,
  ),
];

let synthesized: Record<keyof typeof CONFIGS, ChildResult>;

beforeAll(() => {
  const { NODE_OPTIONS, ...env } = process.env;
  const child = spawnSync(process.execPath, ['test/infra/synthesize-in-child.ts'], {
    input: JSON.stringify(Object.values(CONFIGS)),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    env,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  const results = JSON.parse(child.stdout) as ChildResult[];
  synthesized = Object.fromEntries(Object.keys(CONFIGS).map((name, index) => [name, results[index]])) as never;
}, 60_000);

const DEFAULT_GROUPS = ['documents', 'images', 'audio', 'video', 'archives', 'text'];
const STRICTNESS = {
  inertTypes: 'strict',
  xmlStylesheets: 'reject',
  activeContent: 'allow',
  maxWaitSeconds: 4 * 24 * 3600,
};

type Name = keyof typeof CONFIGS;
type Typed = [logicalId: string, properties: NonNullable<Resource['Properties']>];

function resources(name: Name, type: string): Typed[] {
  return Object.entries(synthesized[name].template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, { Properties = {} }]) => [logicalId, Properties]);
}

function resource(name: Name, type: string, idStart = ''): Typed {
  const found = resources(name, type).filter(([logicalId]) => logicalId.startsWith(idStart));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of ${type} ${idStart}`);
  return found[0];
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: object;
}

/** Identity policies only, of the role with this logical id. */
function statements(name: Name, roleId: string): Statement[] {
  return [...resources(name, 'AWS::IAM::Policy'), ...resources(name, 'AWS::IAM::ManagedPolicy')]
    .filter(([, { Roles }]) => Roles.some(({ Ref }: { Ref: string }) => Ref === roleId))
    .flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement);
}

const roleOf = ({ Role, RoleArn }: Typed[1]): string => (Role ?? RoleArn)['Fn::GetAtt'][0];
const taskName = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

/** `<logical id without its hash>` of what a resource ARN names, with what follows it. */
function spell(resource: unknown): string {
  const text = JSON.stringify(resource);
  if (text.includes(':event-bus/default')) return 'event-bus/default';
  const bucket = text.match(/":s3:::([^"]+)"/)?.[1];
  if (bucket !== undefined) return bucket;
  const name = text.match(/"(?:Ref|Fn::GetAtt)":\[?"([A-Z]\w+)"/)?.[1];
  if (name === undefined) return String(resource);
  return `${taskName(name)}${text.match(/"(\/[\w/-]*\*)"/)?.[1] ?? ''}`;
}

function allows(name: Name, roleId: string): string[] {
  return statements(name, roleId)
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((target) => `${action} ${spell(target)}`)),
    )
    .sort();
}

describe('the template', () => {
  it('is the same every time', () => {
    expect(synthesized.again).toEqual(synthesized.default);
  });

  it('is a stack of the name that the configuration says, and names nothing as another stack does', () => {
    const [first, second] = (['default', 'second'] as const).map((name) =>
      Object.values(synthesized[name].template.Resources)
        .flatMap(({ Properties = {} }) => Object.entries(Properties))
        .filter(([property, value]) => PHYSICAL_NAMES.includes(property) && typeof value === 'string')
        .map(([, value]) => value),
    );
    expect([synthesized.default.stackName, synthesized.second.stackName]).toEqual(['S3Airlock', 'Second']);
    expect(first?.length).toBeGreaterThan(0);
    expect(first?.filter((name) => second?.includes(name))).toEqual([]);
  });

  it('names no folder of this machine and no time', () => {
    const text = JSON.stringify(synthesized.default);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/\b20\d\d-\d\d-\d\dT/);
  });

  // CloudFormation's resource schemas were checked by CDK on the way here: an error would have failed the child.
  test.each(Object.keys(CONFIGS) as Name[])('has no open cdk-nag finding: %s', (name) => {
    expect(synthesized[name].findings).toEqual([]);
  });

  it('answers cdk-nag narrowly: wildcards by their exact resource, with a reason', () => {
    const answers = Object.values(synthesized.several.template.Resources).flatMap(
      (found) =>
        (found as { Metadata?: { cdk_nag?: { rules_to_suppress: Record<string, unknown>[] } } }).Metadata?.cdk_nag
          ?.rules_to_suppress ?? [],
    );
    expect(answers.length).toBeGreaterThan(0);
    for (const { id, reason, applies_to } of answers) {
      expect(String(reason).length).toBeGreaterThan(30);
      if (/IAM/.test(String(id))) expect(applies_to).toHaveLength(1);
    }
  });
});

describe('the functions', () => {
  it('are one for each token of the state machine, and have a handler file', () => {
    const { handlers } = synthesized.default;
    expect(Object.fromEntries(Object.entries(handlers).map(([id, entry]) => [taskName(id), entry]))).toEqual({
      CheckFileType: 'functions/handlers/check-file-type.ts',
      CopyObject: 'functions/handlers/copy-object.ts',
      DeleteObject: 'functions/handlers/delete-object.ts',
      FailAbandonedScan: 'functions/handlers/fail-abandoned-scan.ts',
      FindCurrentObject: 'functions/handlers/find-current-object.ts',
      HuntBatch: 'functions/handlers/hunt-batch.ts',
      Notify: 'functions/handlers/notify.ts',
      NotifyRescan: 'functions/handlers/notify-rescan.ts',
      PrepareHunt: 'functions/handlers/prepare-hunt.ts',
      PrepareRescan: 'functions/handlers/prepare-rescan.ts',
      QuarantineObject: 'functions/handlers/quarantine-object.ts',
      ScanBatch: 'functions/handlers/scan-batch.ts',
      ScanLargeObject: 'functions/handlers/scan-large-object.ts',
      ScanObject: 'functions/handlers/scan-object.ts',
      SummarizeHunt: 'functions/handlers/summarize-hunt.ts',
      SummarizeRescan: 'functions/handlers/summarize-rescan.ts',
      TagObject: 'functions/handlers/tag-object.ts',
      UpdateDefinitions: 'functions/handlers/update-definitions.ts',
    });
    for (const entry of Object.values(handlers)) expect([entry, existsSync(entry)]).toEqual([entry, true]);

    const [upload, express, rescan, hunt] = ['scan-upload', 'scan-upload-express', 'rescan-bucket', 'hunt-bucket'].map(
      (word) => `statemachines/${word}.asl.json`,
    );
    const named = (name: Name) =>
      Object.fromEntries(
        Object.entries(synthesized[name].definitions).map(([id, file]) => [id.replace(/StateMachine\w{8}$/, ''), file]),
      );
    expect(named('default')).toEqual({ ScanUpload: upload, RescanBucket: rescan, HuntBucket: hunt });
    expect(named('express')).toEqual({
      ...{ ScanUpload: express, ScanOverflow: upload },
      ...{ RescanBucket: rescan, HuntBucket: hunt },
    });
    const machines = (['default', 'express'] as const).flatMap((name) =>
      resources(name, 'AWS::StepFunctions::StateMachine').map(
        ([id, machine]) => [machine, synthesized[name].definitions[id]] as const,
      ),
    );
    expect(machines).toHaveLength(7);
    for (const [machine, definition] of machines) {
      const asl = readFileSync(definition ?? '', 'utf8');
      const tokens = new Set([...asl.matchAll(/\$\{(\w+)\}/g)].map(([, token]) => token));
      expect(new Set(Object.keys(machine.DefinitionSubstitutions))).toEqual(tokens);
      for (const [token, arn] of Object.entries(
        machine.DefinitionSubstitutions as Record<string, { 'Fn::GetAtt': string[] }>,
      )) {
        if (!token.endsWith('FunctionArn')) continue;
        expect(`${taskName(arn['Fn::GetAtt'][0] ?? '')}FunctionArn`).toBe(token);
      }
    }
  });

  it('run on Node 24, the scanner in its image with the room that was asked for', () => {
    for (const [id, properties] of resources('default', 'AWS::Lambda::Function')) {
      if (properties.PackageType === 'Image') continue;
      const long = {
        CheckFileType: 110,
        QuarantineObject: 240,
        CopyObject: 240,
        SummarizeRescan: 840,
        SummarizeHunt: 840,
      };
      const Timeout = Object.entries(long).find(([name]) => name === taskName(id))?.[1] ?? 60;
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout });
    }
    const scanners = resources('default', 'AWS::Lambda::Function').filter(([id]) => /^Scan/.test(id));
    for (const [, properties] of scanners) {
      expect(properties).toMatchObject({
        PackageType: 'Image',
        MemorySize: 3008,
        EphemeralStorage: { Size: 10240 },
      });
    }
    expect(scanners).toHaveLength(3);
    // Without definitions it needs less: one processor.
    for (const word of ['PrepareHunt', 'HuntBatch']) {
      const [, hunts] = resource('default', 'AWS::Lambda::Function', word);
      expect(hunts).toMatchObject({ PackageType: 'Image', MemorySize: 1769, EphemeralStorage: { Size: 10240 } });
      expect(hunts).not.toHaveProperty('ReservedConcurrentExecutions');
    }
    const ofExpress = resources('express', 'AWS::Lambda::Function').filter(([id]) => /^Scan/.test(id));
    expect(ofExpress.map(([id]) => taskName(id)).sort()).toEqual([
      'ScanBatch',
      'ScanLargeObject',
      'ScanObject',
      'ScanWaitingObject',
    ]);
    for (const [, express] of ofExpress) expect(express).toMatchObject({ EphemeralStorage: { Size: 6144 } });
  });

  it('are told what they need by their environment', () => {
    const environment = (name: Name, word: string) =>
      resources(name, 'AWS::Lambda::Function').find(([id]) => taskName(id) === word)?.[1].Environment.Variables;
    const statuses = 'CLEAN,INFECTED,REJECTED,UNSCANNABLE,ERROR';
    expect(environment('default', 'Notify')).toMatchObject({
      DIALECT: 'airlock',
      EVENT_BUS_NAME: 'default',
      NOTIFY_SNS: statuses,
      NOTIFY_EVENTS: statuses,
      TOPIC_ARN: { Ref: expect.stringMatching(/^NotificationsTopic/) },
    });
    expect(environment('default', 'PrepareRescan')).toMatchObject({
      DIALECT: 'airlock',
      RESULTS_BUCKET: { Ref: expect.stringMatching(/^RescanResults/) },
      SCAN_POLICY: JSON.stringify({ maxObjectBytes: 2147483645, allowedTypes: DEFAULT_GROUPS, ...STRICTNESS }),
    });
    const [, rescan] = resource('default', 'AWS::StepFunctions::StateMachine', 'RescanBucket');
    expect(rescan.DefinitionSubstitutions.WatchedBuckets).toEqual({
      'Fn::Join': ['', ['[{\\"bucket\\":\\"', expect.anything(), '\\",\\"onInfected\\":\\"tag\\"}]']],
    });
    const [, several] = resource('several', 'AWS::StepFunctions::StateMachine', 'RescanBucket');
    const watched = JSON.stringify(several.DefinitionSubstitutions.WatchedBuckets).replaceAll('\\', '');
    expect(watched).toContain('"bucket":"was-there","onInfected":"tag","ages":[2,30]}');
    expect(watched.split('"ages"')).toHaveLength(2);
    expect(environment('express', 'Notify')).toMatchObject({ NOTIFY_SNS: 'INFECTED', NOTIFY_EVENTS: '' });
    expect(environment('several', 'Notify')).toMatchObject({ DETAIL_TYPE: 'Verdict' });
    expect(environment('default', 'Notify')).not.toHaveProperty('DETAIL_TYPE');
    expect(environment('express', 'TagObject')).toMatchObject({ DIALECT: 's3-virusscan', DIALECT_TAG_KEY: 'scanned' });
    expect(environment('express', 'ScanObject')).toMatchObject({
      MAX_OBJECT_BYTES: '20000000',
      MAX_SCAN_MILLISECONDS: '80000',
      DEFINITIONS_BUCKET: { Ref: expect.stringMatching(/^Definitions/) },
    });
    expect(environment('express', 'ScanWaitingObject')).toMatchObject({
      ...environment('express', 'ScanObject'),
      MAX_SCAN_MILLISECONDS: '200000',
      QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^ScanQueuesScanObjectQueue/), 'Arn'] },
    });
    expect(environment('express', 'ScanLargeObject')).toMatchObject({ MAX_SCAN_MILLISECONDS: '600000' });
    expect(environment('default', 'ScanObject')).toMatchObject({ MAX_SCAN_MILLISECONDS: '200000' });
  });

  it.each(Object.keys(CONFIGS) as (keyof typeof CONFIGS)[])('allow no test signatures: %s', (name) => {
    const variables = resources(name, 'AWS::Lambda::Function').map(
      ([, properties]) => properties.Environment?.Variables,
    );
    expect(variables.length).toBeGreaterThan(0);
    expect(JSON.stringify(variables)).not.toContain('TEST_SIGNATURES');
  });

  it('may do what their Tasks need and nothing else', () => {
    const allowed = resources('default', 'AWS::Lambda::Function').map(([id, properties]) => {
      const word = taskName(id);
      const logs = [`logs:CreateLogStream ${word}Logs`, `logs:PutLogEvents ${word}Logs`];
      const all = allows('default', roleOf(properties));
      expect(all).toEqual(expect.arrayContaining(logs));
      return [word, all.filter((line) => !logs.includes(line))];
    });
    const objects = 'WatchedBucketuploadsBucket/*';
    const bucket = 's3:ListBucket WatchedBucketuploadsBucket';
    const tell = [
      'events:PutEvents event-bus/default',
      'kms:Decrypt NotificationsKey',
      'kms:GenerateDataKey NotificationsKey',
      'sns:Publish NotificationsTopic',
    ];
    const takes = (queue: string) =>
      ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => `sqs:${action} ScanQueues${queue}`);
    const scan = [
      's3:GetObject Definitions/*',
      `s3:GetObject ${objects}`,
      `s3:GetObjectVersion ${objects}`,
      's3:ListBucket Definitions',
      bucket,
    ];
    const answer = ['states:SendTaskFailure ScanUploadStateMachine', 'states:SendTaskSuccess ScanUploadStateMachine'];
    expect(Object.fromEntries(allowed)).toEqual({
      CheckFileType: [`s3:GetObject ${objects}`, `s3:GetObjectVersion ${objects}`, bucket],
      ScanObject: [...scan, ...takes('ScanObjectQueue'), ...answer],
      ScanLargeObject: [...scan, ...takes('ScanLargeObjectQueue'), ...answer],
      FailAbandonedScan: [...takes('AbandonedScans'), 'states:SendTaskFailure ScanUploadStateMachine'],
      TagObject: [
        `s3:DeleteObjectTagging ${objects}`,
        `s3:GetObject ${objects}`,
        `s3:GetObjectTagging ${objects}`,
        `s3:GetObjectVersion ${objects}`,
        `s3:GetObjectVersionTagging ${objects}`,
        bucket,
        `s3:PutObjectTagging ${objects}`,
        `s3:PutObjectVersionTagging ${objects}`,
      ].sort(),
      // `onInfected` is `tag`: nothing on the watched bucket.
      QuarantineObject: [
        'kms:GenerateDataKey QuarantineKey',
        's3:ListBucket Quarantine',
        's3:PutObject Quarantine/*',
        's3:PutObjectTagging Quarantine/*',
      ],
      DeleteObject: [],
      // No bucket has `onClean`.
      CopyObject: [],
      FindCurrentObject: [`s3:GetObject ${objects}`, bucket],
      PrepareHunt: ['s3:GetObject RescanResults/hunt-rules/*', 's3:ListBucket RescanResults', bucket],
      HuntBatch: [
        's3:GetObject RescanResults/hunt-rules/*',
        `s3:GetObject ${objects}`,
        `s3:GetObjectVersion ${objects}`,
        's3:ListBucket RescanResults',
        bucket,
      ],
      SummarizeHunt: ['s3:GetObject RescanResults/hunts/*', 's3:ListBucket RescanResults'],
      Notify: tell,
      NotifyRescan: tell,
      PrepareRescan: ['s3:GetObject RescanResults/progress/*', 's3:ListBucket RescanResults', bucket],
      ScanBatch: [
        's3:GetObject Definitions/*',
        `s3:GetObject ${objects}`,
        `s3:GetObjectTagging ${objects}`,
        `s3:GetObjectVersion ${objects}`,
        's3:ListBucket Definitions',
        bucket,
      ],
      SummarizeRescan: [
        's3:GetObject RescanResults/progress/*',
        's3:GetObject RescanResults/runs/*',
        `s3:GetObjectTagging ${objects}`,
        `s3:GetObjectVersionTagging ${objects}`,
        's3:ListBucket RescanResults',
        // 404 for an object that is gone.
        bucket,
        's3:ListBucketVersions WatchedBucketuploadsBucket',
        's3:PutObject RescanResults/progress/*',
      ],
      UpdateDefinitions: [
        's3:DeleteObject Definitions/versions/*',
        's3:GetObject Definitions/*',
        's3:ListBucket Definitions',
        // current.json and freshclam.dat
        's3:PutObject Definitions',
        's3:PutObject Definitions',
        's3:PutObject Definitions/versions/*',
        'sqs:SendMessage FailedUpdates',
      ],
    });
  });

  it('may do under EXPRESS what they may under STANDARD, but direct calls answer nobody who waits', () => {
    const ownOf = (name: Name, word: string) => {
      const [, properties] = resource(name, 'AWS::Lambda::Function', word);
      return allows(name, roleOf(properties))
        .filter((line) => !line.startsWith('logs:') && !line.startsWith('kms:'))
        .map((line) => line.replace('ScanOverflowStateMachine', 'ScanUploadStateMachine'));
    };
    const standard = ownOf('default', 'ScanObject');
    expect(ownOf('express', 'ScanWaitingObject')).toEqual(standard);
    expect(ownOf('express', 'ScanObject')).toEqual(standard.filter((line) => line.startsWith('s3:')));
  });

  it('share one image, each with its own handler', () => {
    const images = resources('express', 'AWS::Lambda::Function').filter(
      ([, { PackageType }]) => PackageType === 'Image',
    );
    expect(new Set(images.map(([, { Code }]) => JSON.stringify(Code))).size).toBe(1);
    const commands = images.map(([id, { ImageConfig }]) => [taskName(id), ImageConfig.Command]);
    expect(Object.fromEntries(commands)).toEqual({
      HuntBatch: ['hunt-batch.handler'],
      PrepareHunt: ['prepare-hunt.handler'],
      ScanBatch: ['scan-batch.handler'],
      ScanLargeObject: ['scan-large-object.handler'],
      ScanObject: ['scan-object.handler'],
      ScanWaitingObject: ['scan-waiting-object.handler'],
      UpdateDefinitions: ['update-definitions.handler'],
    });
    // It bundles each of them.
    const dockerfile = readFileSync('infra/scanner/Dockerfile', 'utf8');
    for (const [id] of images) expect(dockerfile).toContain(synthesized.express.handlers[id]);
  });

  it('read encrypted content with the given keys only, and only through S3', () => {
    const [, properties] = resource('express', 'AWS::Lambda::Function', 'ScanObject');
    expect(statements('express', roleOf(properties))).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: KEY,
      Condition: {
        StringEquals: {
          'kms:ViaService': [
            { 'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
            { 'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] },
          ],
        },
      },
    });
    const [, tagger] = resource('express', 'AWS::Lambda::Function', 'TagObject');
    expect(allows('express', roleOf(tagger)).join()).not.toContain('kms:');
  });
});

describe('updates of the definitions', () => {
  it('begin as soon as there is a schedule, and end in a queue when they fail', () => {
    const [functionId] = resource('default', 'AWS::Lambda::Function', 'UpdateDefinitions');
    const [queueId] = resource('default', 'AWS::SQS::Queue', 'FailedUpdates');
    const queue = { 'Fn::GetAtt': [queueId, 'Arn'] };
    const [, schedule] = resource('default', 'AWS::Scheduler::Schedule', 'DefinitionsUpdates');
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(4 hours)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { 'Fn::GetAtt': [functionId, 'Arn'] }, Input: '{}', DeadLetterConfig: { Arn: queue } },
    });
    expect(schedule).not.toHaveProperty('StartDate');
    expect(resource('default', 'AWS::Lambda::EventInvokeConfig')[1]).toMatchObject({
      FunctionName: { Ref: functionId },
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
  });

  it('go where the configuration says', () => {
    const [, standard] = resource('default', 'AWS::Lambda::Function', 'UpdateDefinitions');
    expect(Object.keys(standard.Environment.Variables).join()).not.toMatch(/DEFINITIONS_(MIRROR|CUSTOM)/);
    const [, express] = resource('express', 'AWS::Lambda::Function', 'UpdateDefinitions');
    expect(express.Environment.Variables).toMatchObject({
      DEFINITIONS_MIRROR: 'none',
      DEFINITIONS_CUSTOM_URLS: 'https://example.com/a.ndb http://example.com/b.ign2',
      DEFINITIONS_ALLOW_INSECURE_MIRROR: 'true',
      DEFINITIONS_ALLOW_LISTS: 'b.ign2',
    });
    const [, schedule] = resource('express', 'AWS::Scheduler::Schedule', 'DefinitionsUpdates');
    expect(schedule.ScheduleExpression).toBe('rate(1 hour)');
  });
});

describe('the state machines', () => {
  const RUNS = 'RescanResults/runs/*';
  const SENDS = ['ScanLargeObjectQueue', 'ScanObjectQueue'].map((queue) => `sqs:SendMessage ScanQueues${queue}`);
  test.each<[string, Name, string[]]>([
    ['ScanUpload', 'default', SENDS],
    ['ScanUpload', 'express', ['sqs:SendMessage StartOverflowQueue']],
    ['ScanOverflow', 'express', SENDS],
    [
      'RescanBucket',
      'default',
      [
        ...['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'].map(
          (action) => `s3:${action} ${RUNS}`,
        ),
        's3:ListBucket WatchedBucketuploadsBucket',
        ...['DescribeExecution', 'StopExecution'].map((action) => `states:${action} RescanBucketStateMachine/*`),
        'states:StartExecution RescanBucketStateMachine',
        'states:StartExecution ScanUploadStateMachine',
      ],
    ],
  ])('may invoke the functions of its Tasks, and log and trace: %s, %s', (id, name, more) => {
    const [, machine] = resource(name, 'AWS::StepFunctions::StateMachine', id);
    const tokens = Object.keys(machine.DefinitionSubstitutions).filter((token) => token.endsWith('FunctionArn'));
    const tasks = tokens.map((token) => `lambda:InvokeFunction ${token.replace('FunctionArn', '')}`);
    const all = allows(name, roleOf(machine));
    expect(all.filter((line) => !line.endsWith(' *'))).toEqual([...tasks, ...more].sort());
    for (const line of all.filter((found) => found.endsWith(' *'))) {
      expect(line).toMatch(
        /^(logs:\w*(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|LogGroups)|xray:\w+) \*$/,
      );
    }
  });

  test.each<[Name, string]>([
    ['default', 'STANDARD'],
    ['express', 'EXPRESS'],
  ])('of %s is %s, not traced; its log has the level of its kind', (name, type) => {
    const [, rescan] = resource(name, 'AWS::StepFunctions::StateMachine', 'RescanBucket');
    expect(rescan).toMatchObject({ StateMachineType: 'STANDARD', LoggingConfiguration: { Level: 'ALL' } });
    expect(resource(name, 'AWS::StepFunctions::StateMachine', 'ScanUpload')[1]).toMatchObject({
      StateMachineType: type,
      LoggingConfiguration: { Level: type === 'EXPRESS' ? 'ALL' : 'ERROR', IncludeExecutionData: true },
    });
    const traced = resources(name, 'AWS::StepFunctions::StateMachine').map(
      ([, machine]) => machine.TracingConfiguration?.Enabled ?? false,
    );
    expect(new Set(traced)).toEqual(new Set([false]));
    expect(
      resources(name, 'AWS::IAM::Policy').filter(([, policy]) => JSON.stringify(policy).includes('xray:')),
    ).toEqual([]);
  });

  it('have every event and are traced where the configuration says so', () => {
    const [, scan] = resource('several', 'AWS::StepFunctions::StateMachine', 'ScanUpload');
    expect(scan).toMatchObject({ TracingConfiguration: { Enabled: true }, LoggingConfiguration: { Level: 'ALL' } });
  });

  it('are two for uploads under EXPRESS, one of which can wait', () => {
    expect(resource('express', 'AWS::StepFunctions::StateMachine', 'ScanOverflow')[1]).toMatchObject({
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: true },
    });
    expect(resources('default', 'AWS::StepFunctions::StateMachine')).toHaveLength(3);
    expect(resources('express', 'AWS::StepFunctions::StateMachine')).toHaveLength(4);
  });

  it('is the only thing with `*` for a resource, but for the key of the topics in its own policy', () => {
    const wild = (['default', 'several', 'express'] as Name[]).flatMap((name) =>
      resources(name, 'AWS::IAM::Policy')
        .filter(([, { PolicyDocument }]) =>
          PolicyDocument.Statement.some(({ Resource }: Statement) => [Resource].flat().includes('*')),
        )
        .map(([id]) => id.replace(/DefaultPolicy.*/, '')),
    );
    expect([...new Set(wild)]).toEqual([
      'ScanUploadStateMachineRole',
      'RescanBucketStateMachineRole',
      'HuntBucketStateMachineRole',
      'ScanOverflowStateMachineRole',
    ]);
  });
});

describe('the upload rule', () => {
  it('starts an execution with the event and the policy', () => {
    const [, rule] = resource('default', 'AWS::Events::Rule');
    const [bucketId] = resource('default', 'AWS::S3::Bucket', 'WatchedBucketuploads');
    expect(rule.EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [{ Ref: bucketId }] } },
    });
    const [target] = rule.Targets;
    expect(target.InputTransformer.InputPathsMap).toEqual({ detail: '$.detail' });
    expect(JSON.parse(target.InputTransformer.InputTemplate.replace('<detail>', '"detail"'))).toEqual({
      detail: 'detail',
      policy: {
        maxObjectBytes: 2147483645,
        allowedTypes: DEFAULT_GROUPS,
        ...STRICTNESS,
        onInfected: 'tag',
        maxWaitSeconds: 4 * 24 * 3600,
      },
    });
  });

  it('tries for a day, then leaves the upload in an encrypted dead-letter queue', () => {
    const [, rule] = resource('default', 'AWS::Events::Rule');
    const [queueId, queue] = resource('default', 'AWS::SQS::Queue', 'UndeliveredUploads');
    expect(rule.Targets[0]).toMatchObject({
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } },
    });
    expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
    const { Statement } = resource('default', 'AWS::SQS::QueuePolicy', 'UndeliveredUploads')[1].PolicyDocument;
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } }),
    );
  });

  it('filters by key and reason, each bucket by its own', () => {
    const patterns = resources('several', 'AWS::Events::Rule').map(([, { EventPattern }]) => EventPattern.detail);
    expect(patterns).toHaveLength(4);
    expect(patterns).toContainEqual({
      bucket: { name: ['made-here'] },
      object: { key: [{ wildcard: 'in/*.pdf' }] },
      reason: ['PutObject'],
    });
    expect(patterns).toContainEqual({ bucket: { name: ['was-there'] } });
  });
});

test('schedules, which may call at once, are made after the policy of their role', () => {
  const { Resources } = synthesized.default.template;
  for (const [id, { Target }] of resources('default', 'AWS::Scheduler::Schedule')) {
    const { DependsOn = [] } = Resources[id] as Resource & { readonly DependsOn?: readonly string[] };
    const [role] = Target.RoleArn['Fn::GetAtt'];
    const policies = resources('default', 'AWS::IAM::Policy').filter(([, { Roles }]) => Roles[0].Ref === role);
    expect(DependsOn).toEqual(expect.arrayContaining(policies.map(([policy]) => policy)));
    const startsItself = DependsOn.some((name) => name.startsWith('RescanBucketStartItself'));
    expect([id, policies.length, startsItself]).toEqual([id, 1, id.startsWith('RescanSchedule')]);
  }
});

describe.each(Object.keys(CONFIGS) as Name[])('the schedules of %s', (name) => {
  it('are made last, so that a first deployment that fails has not run anything', () => {
    const template = synthesized[name].template as KeptTemplate;
    const ids = Object.keys(template.Resources);
    const schedules = resources(name, 'AWS::Scheduler::Schedule').map(([id]) => id);
    for (const schedule of schedules) {
      const before = madeBefore(schedule, template);
      const missing = ids.filter((id) => !schedules.includes(id) && !before.has(id));
      expect([schedule, missing, before.has(schedule)]).toEqual([schedule, [], false]);
    }
    // Definitions fill a bucket, and a rescan schedule has an expression that AWS may refuse.
    const updates = schedules.find((id) => id.startsWith('DefinitionsUpdates')) ?? '';
    const others = schedules.filter((id) => id !== updates);
    expect([...madeBefore(updates, template)]).toEqual(expect.arrayContaining(others));
  });
});

describe.each(Object.keys(CONFIGS) as Name[])('a bucket that outlives the stack of %s', (name) => {
  const template = () => synthesized[name].template as KeptTemplate;

  it('keeps its policy, its key and its access logs', () => {
    expect(lostByKeptBuckets(template())).toEqual([]);
  });

  it('is seen to lose each of them if its own policy of deletion or replacement says so', () => {
    const types = ['AWS::S3::BucketPolicy', 'AWS::KMS::Key'];
    const kept = types.flatMap((type) => resources(name, type)).map(([id]) => id);
    const wanted = kept.filter((id) => !id.startsWith('NotificationsKey'));
    expect(wanted.length).toBeGreaterThan(4);
    for (const id of [...wanted, resource(name, 'AWS::S3::Bucket', 'AccessLogs')[0]]) {
      for (const attribute of ['DeletionPolicy', 'UpdateReplacePolicy']) {
        for (const planted of [undefined, 'Delete']) {
          const changed = { ...template().Resources[id], [attribute]: planted } as never;
          const lost = lostByKeptBuckets({ Resources: { ...template().Resources, [id]: changed } });
          expect([id, attribute, lost.some((line) => line.includes(` loses ${id} `))]).toEqual([id, attribute, true]);
        }
      }
    }
  });

  it('is seen to lose its policy to a rollback, if it has content by then', () => {
    const [id] = resource(name, 'AWS::S3::BucketPolicy', 'Quarantine');
    const changed = { ...template().Resources[id], DeletionPolicy: 'RetainExceptOnCreate' } as never;
    const lost = lostByKeptBuckets({ Resources: { ...template().Resources, [id]: changed } });
    expect(lost).toEqual([expect.stringMatching(/^Quarantine\w+ loses \w+ when its creation is rolled back$/)]);
  });
});

describe('the rescan schedule', () => {
  it('starts the state machine with what the bucket’s configuration says', () => {
    const [, schedule] = resource('default', 'AWS::Scheduler::Schedule', 'RescanSchedule');
    const [queueId] = resource('default', 'AWS::SQS::Queue', 'UndeliveredRescans');
    const [machineId] = resource('default', 'AWS::StepFunctions::StateMachine', 'RescanBucket');
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: {
        Arn: { Ref: machineId },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    });
    const [start, bucket, end] = schedule.Target.Input['Fn::Join'][1];
    expect(JSON.parse(`${start}${bucket.Ref}${end}`)).toEqual({
      bucket: expect.stringMatching(/^WatchedBucketuploads/),
      prefix: '',
      strategy: 'due',
      maxConcurrency: 10,
      toleratedFailurePercentage: 5,
      scheduledTime: '<aws.scheduler.scheduled-time>',
    });
  });

  it('is one for each bucket that has one', () => {
    const schedules = resources('several', 'AWS::Scheduler::Schedule')
      .filter(([id]) => id.startsWith('RescanSchedule'))
      .map(([, schedule]) => schedule);
    expect(schedules.map(({ ScheduleExpression }) => ScheduleExpression).sort()).toEqual([
      'cron(0 3 * * ? *)',
      'rate(1 day)',
      'rate(1 day)',
    ]);
    const nightly = schedules.find(({ ScheduleExpression }) => ScheduleExpression.startsWith('cron'));
    expect(nightly?.FlexibleTimeWindow).toEqual({ Mode: 'OFF' });
    expect(JSON.stringify(nightly?.Target.Input)).toContain('in/');
  });

  it('leaves results that end, and progress that does not', () => {
    const [, bucket] = resource('default', 'AWS::S3::Bucket', 'RescanResults');
    expect(bucket.LifecycleConfiguration.Rules).toContainEqual({
      Prefix: 'runs/',
      ExpirationInDays: 90,
      Status: 'Enabled',
    });
    const ending = bucket.LifecycleConfiguration.Rules.filter((rule: object) => 'ExpirationInDays' in rule);
    // The latest report stays. Rules of a hunt that its command did not remove outlive the longest hunt, which has seven days.
    expect(ending.map(({ Prefix, ExpirationInDays }: Record<string, unknown>) => [Prefix, ExpirationInDays])).toEqual([
      ['runs/', 90],
      ['hunts/', 90],
      ['hunt-rules/', 8],
      ['reports/dated/', 90],
      ['reports/parts/', 7],
    ]);
  });
});

describe('buckets', () => {
  it('are private, encrypted, TLS only and kept when the stack goes', () => {
    for (const [id, properties] of resources('several', 'AWS::S3::Bucket')) {
      const SSEAlgorithm = taskName(id) === 'Quarantine' ? 'aws:kms' : 'AES256';
      expect(properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      expect(synthesized.several.template.Resources[id]).toMatchObject({
        // S3 writes access logs at any time: a rollback could not delete the bucket.
        DeletionPolicy: taskName(id) === 'AccessLogs' ? 'Retain' : 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
      const policies = resources('several', 'AWS::S3::BucketPolicy').filter(([, { Bucket }]) => Bucket.Ref === id);
      expect(policies.flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement)).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  it('that are watched tell EventBridge, are versioned unless told otherwise, and log who reads', () => {
    const [, made] = resource('several', 'AWS::S3::Bucket', 'Bucketmadehere');
    expect(made).toMatchObject({
      BucketName: 'made-here',
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LoggingConfiguration: { DestinationBucketName: { Ref: expect.stringMatching(/^AccessLogs/) } },
    });
    const [, unversioned] = resource('several', 'AWS::S3::Bucket', 'WatchedBucketuploads');
    expect(unversioned).not.toHaveProperty('VersioningConfiguration');
  });

  it('answer pages of other sites only where they are told to', () => {
    const [id, made] = resource('several', 'AWS::S3::Bucket', 'Bucketmadehere');
    expect(made.CorsConfiguration).toEqual({
      CorsRules: [
        {
          AllowedOrigins: ['https://app.example.com'],
          AllowedMethods: ['PUT'],
          AllowedHeaders: ['Content-Type', 'Content-MD5', 'Content-Disposition', 'If-None-Match', 'x-amz-*'],
          ExposedHeaders: ['ETag'],
          MaxAge: 3600,
        },
      ],
    });
    for (const [other, properties] of resources('several', 'AWS::S3::Bucket')) {
      if (other !== id) expect(properties).not.toHaveProperty('CorsConfiguration');
    }
  });

  it('let in the distributions and identities that are named, to what is CLEAN', () => {
    const allowing = resources('several', 'AWS::S3::BucketPolicy').flatMap(([id, { PolicyDocument }]) =>
      (PolicyDocument.Statement as (Statement & { Sid?: string })[])
        .filter(({ Sid }) => /^Allow/.test(Sid ?? ''))
        .map((statement) => ({ id, ...statement })),
    );
    const clean = { 's3:ExistingObjectTag/scan-status': 'CLEAN' };
    expect(allowing).toMatchObject([
      {
        id: expect.stringMatching(/^Bucketmadehere/),
        Sid: 'AllowDistributions',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Condition: { StringEquals: { 'aws:SourceArn': [DISTRIBUTION], ...clean } },
      },
      {
        id: expect.stringMatching(/^Bucketmadehere/),
        Sid: 'AllowOriginAccessIdentities',
        Effect: 'Allow',
        Principal: { AWS: IDENTITY },
        Action: 's3:GetObject',
        Condition: { StringEquals: clean },
      },
    ]);
  });

  it('that exist are not touched, but for EventBridge', () => {
    expect(resources('several', 'AWS::S3::Bucket')).toHaveLength(6);
    const changes = resources('several', 'Custom::S3BucketNotifications').map(([, properties]) => properties);
    expect(changes).toEqual(
      ['was-there', 'was.there'].map((BucketName) =>
        expect.objectContaining({
          BucketName,
          Managed: false,
          NotificationConfiguration: { EventBridgeConfiguration: {} },
        }),
      ),
    );
  });
});

describe('a bucket that clean objects are copied to', () => {
  const made = () => resource('copies', 'AWS::S3::Bucket', 'CopyDestinationclean');
  const policy = () => resource('copies', 'AWS::S3::BucketPolicy', 'CopyDestinationclean');

  it('is private, encrypted, has versions and is kept with its policy', () => {
    expect(made()[1]).toMatchObject({
      BucketName: 'clean',
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { KMSMasterKeyID: CLEAN_KEY } },
        ],
      },
      LoggingConfiguration: { LogFilePrefix: 'CopyDestination-clean/' },
    });
    for (const find of [made, policy]) {
      const { DeletionPolicy } = synthesized.copies.template.Resources[find()[0]] as {
        DeletionPolicy?: string;
      };
      expect(DeletionPolicy).toMatch(/^Retain/);
    }
  });

  it('lets nobody write but the function that copies, and nobody delete but the named roles', () => {
    const [roleId] = resource('copies', 'AWS::IAM::Role', 'CopyObjectRole');
    const { Statement } = policy()[1].PolicyDocument as { Statement: (Statement & { Sid: string })[] };
    const conditionOf = (sid: string) => Statement.find(({ Sid }) => Sid === sid)?.Condition;
    expect(conditionOf('DenyOtherWriters')).toEqual({
      ArnNotEquals: { 'aws:PrincipalArn': [{ 'Fn::GetAtt': [roleId, 'Arn'] }] },
    });
    expect(conditionOf('DenyOtherDeleters')).toEqual({ ArnNotEquals: { 'aws:PrincipalArn': [OPERATOR_ROLE] } });
    expect(Statement.filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });

  it('gets only copies of the bucket that names it, under its prefix', () => {
    const [roleId] = resource('copies', 'AWS::IAM::Role', 'CopyObjectRole');
    const puts = statements('copies', roleId).filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(puts).toEqual([
      expect.objectContaining({
        Condition: { StringLike: { 's3:x-amz-copy-source': 'was-there/*' } },
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::clean/in/*']] },
      }),
    ]);
    const keys = statements('copies', roleId).filter(({ Resource }) => Resource === CLEAN_KEY);
    expect(keys.map(({ Action }) => Action)).toEqual([['kms:Decrypt', 'kms:GenerateDataKey']]);
  });

  it('is named in the policy of uploads and of rescans', () => {
    const onClean = { copyTo: { bucket: 'clean', prefix: 'in/' } };
    const rules = resources('copies', 'AWS::Events::Rule').filter(([, each]) =>
      JSON.stringify(each).includes('onClean'),
    );
    expect(rules).toHaveLength(1);
    expect(JSON.stringify(rules)).toContain(JSON.stringify(JSON.stringify({ onClean }).slice(1, -1)).slice(1, -1));
  });
});

describe('the quarantine', () => {
  const policyOf = (name: Name) => {
    const [id] = resource(name, 'AWS::S3::Bucket', 'Quarantine');
    const found = resources(name, 'AWS::S3::BucketPolicy').find(([, { Bucket }]) => Bucket.Ref === id);
    return found?.[1].PolicyDocument.Statement as (Statement & { Sid?: string })[];
  };
  const statement = (name: Name, sid: string) => policyOf(name).find(({ Sid }) => Sid === sid);
  const rightsOn = (bucket: RegExp, task: string) =>
    allows('several', roleOf(resource('several', 'AWS::Lambda::Function', task)[1])).filter((line) =>
      bucket.test(line),
    );

  it('is encrypted with a key of its own, keeps versions, and ends what it keeps', () => {
    const [keyId] = resource('default', 'AWS::KMS::Key', 'QuarantineKey');
    const [, bucket] = resource('default', 'AWS::S3::Bucket', 'Quarantine');
    expect(bucket).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { KMSMasterKeyID: { 'Fn::GetAtt': [keyId, 'Arn'] } } },
        ],
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(bucket).not.toHaveProperty('ObjectLockEnabled');
    expect(bucket.LifecycleConfiguration.Rules).toEqual([
      expect.objectContaining({ ExpirationInDays: 90, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
      expect.objectContaining({ ExpiredObjectDeleteMarker: true }),
    ]);
  });

  it('is locked when asked for', () => {
    expect(resource('several', 'AWS::S3::Bucket', 'Quarantine')[1]).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 7 } } },
    });
  });

  it('lets only its function put anything in, and nobody but the named roles take anything out', () => {
    const [roleId] = resource('default', 'AWS::IAM::Role', 'QuarantineObjectRole');
    expect(statement('default', 'DenyPuttingIn')).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:PutObject', 's3:PutObjectTagging'],
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [{ 'Fn::GetAtt': [roleId, 'Arn'] }] } },
    });
    // Not `{ AWS: '*' }`, which names no service.
    expect(policyOf('default').map(({ Sid, Principal }) => [Sid, Principal])).toEqual([
      ['DenyTakingOut', '*'],
      ['DenyInsecureTransport', '*'],
      ['DenyLogging', '*'],
      ['DenyRewritingLog', '*'],
      ['DenyForgettingLog', '*'],
      ['DenyPuttingIn', '*'],
    ]);
    const out = statement('default', 'DenyTakingOut');
    expect(out?.Action).toEqual(
      expect.arrayContaining(['s3:GetObject', 's3:GetObjectVersion', 's3:DeleteObject', 's3:DeleteObjectVersion']),
    );
    expect(out).not.toHaveProperty('Condition');
    expect(statement('several', 'DenyTakingOut')?.Condition).toEqual({
      ArnNotEquals: { 'aws:PrincipalArn': [OPERATOR_ROLE] },
    });
    expect(policyOf('several').filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });

  it('lets the named roles add to its log, and nobody change or delete what is there', () => {
    const [id] = resource('several', 'AWS::S3::Bucket', 'Quarantine');
    const log = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/_log/*']] };
    expect(statement('several', 'DenyPuttingIn')).toMatchObject({ NotResource: log });
    expect(statement('default', 'DenyLogging')).not.toHaveProperty('Condition');
    expect(statement('several', 'DenyLogging')).toMatchObject({
      Action: ['s3:PutObject', 's3:PutObjectTagging'],
      Resource: log,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [OPERATOR_ROLE] } },
    });
    expect(statement('several', 'DenyRewritingLog')).toMatchObject({
      Resource: log,
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    });
    expect(statement('several', 'DenyForgettingLog')).toMatchObject({
      Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      Resource: log,
    });
    expect(statement('several', 'DenyForgettingLog')).not.toHaveProperty('Condition');
  });

  it('gives its functions rights on the buckets whose `onInfected` needs them, and on no other', () => {
    const buckets = /WatchedBucket|made-here|was.there/;
    const quarantined = 'made-here';
    expect(rightsOn(buckets, 'QuarantineObject')).toEqual(
      [
        `s3:GetObject ${quarantined}/*`,
        `s3:GetObjectTagging ${quarantined}/*`,
        `s3:GetObjectVersion ${quarantined}/*`,
        `s3:GetObjectVersionTagging ${quarantined}/*`,
        `s3:ListBucket ${quarantined}`,
      ].sort(),
    );
    const deleting = rightsOn(/./, 'DeleteObject').filter((line) => line.startsWith('s3:Delete'));
    expect(deleting).toHaveLength(4);
    expect(deleting.filter((line) => line.endsWith(` ${quarantined}/*`))).toHaveLength(2);
    expect(rightsOn(/WatchedBucketuploads/, 'DeleteObject')).toEqual([]);
  });

  it('opens the gate to its functions there, and to neither elsewhere', () => {
    const readers = (start: string) => {
      const [id] = resource('several', 'AWS::S3::Bucket', start);
      const [, policy] =
        resources('several', 'AWS::S3::BucketPolicy').find(([, { Bucket }]) => Bucket.Ref === id) ?? [];
      const gate = policy?.PolicyDocument.Statement.find(({ Sid }: { Sid?: string }) => Sid === 'DenyUnlessClean');
      const roles = gate.Condition.ArnNotEquals['aws:PrincipalArn'] as { 'Fn::GetAtt': string[] }[];
      return roles.map((role) => taskName(role['Fn::GetAtt'][0] ?? ''));
    };
    expect(readers('Bucketmadehere')).toEqual(expect.arrayContaining(['QuarantineObjectRole', 'DeleteObjectRole']));
    expect(readers('WatchedBucketuploads')).not.toContain('QuarantineObjectRole');
    expect(readers('WatchedBucketuploads')).not.toContain('DeleteObjectRole');
  });
});

describe('what is watched', () => {
  it('wakes somebody for every way in which an object could be left without a verdict', () => {
    const of = (name: Name, rescans: boolean) =>
      resources(name, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith(rescans ? 'Rescan' : 'Upload'));
    const ofBucket = (name: Name) =>
      resources(name, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith('BucketAlarms'));
    const named = (name: Name) => {
      const alarms = of(name, false).map(([id, alarm]) => [taskName(id).replace('UploadAlarms', ''), alarm] as const);
      return Object.fromEntries(alarms.filter(([word]) => !word.endsWith('uploads')));
    };
    const age = { MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 3600 };
    const executions = (word: string) => ({
      [`${word}Failed`]: { MetricName: 'ExecutionsFailed' },
      [`${word}TimedOut`]: { MetricName: 'ExecutionsTimedOut' },
      [`${word}Aborted`]: { MetricName: 'ExecutionsAborted' },
      [`${word}Throttled`]: { MetricName: 'ExecutionThrottled' },
    });
    const expected = {
      ...executions('Scans'),
      ScansWait: { ...age, EvaluationPeriods: 3 },
      LargeScansWait: { ...age, EvaluationPeriods: 3 },
      ScansFailing: { Threshold: 25, EvaluationPeriods: 3 },
      ScansAbandoned: { MetricName: 'NumberOfMessagesReceived' },
      AbandonedScansLeft: { MetricName: 'ApproximateNumberOfMessagesNotVisible', EvaluationPeriods: 12 },
      UploadsUndelivered: { MetricName: 'ApproximateNumberOfMessagesVisible' },
      NotificationsUndelivered: { MetricName: 'NumberOfNotificationsFailed' },
    };
    const ofRule = ofBucket('default').filter(([id]) => /^BucketAlarmsuploadsUpload(s?)(Rule|Lost)/.test(id));
    expect(ofRule.map(([, { MetricName }]) => MetricName).sort()).toEqual([
      'FailedInvocations',
      'InvocationsFailedToBeSentToDlq',
    ]);
    for (const [name, all] of [
      ['default', expected],
      ['express', { ...expected, ...executions('Overflows'), OverflowsWait: { ...age, EvaluationPeriods: 3 } }],
    ] as const) {
      const found = named(name);
      expect(Object.keys(found).sort()).toEqual(Object.keys(all).sort());
      const [topic] = resource(name, 'AWS::SNS::Topic', 'AlarmsTopic');
      for (const [word, alarm] of Object.entries(all)) {
        expect([word, found[word]]).toMatchObject([
          word,
          {
            Threshold: 1,
            EvaluationPeriods: 1,
            AlarmActions: [{ Ref: topic }],
            TreatMissingData: 'notBreaching',
            ...alarm,
          },
        ]);
      }
    }
    expect(of('several', false)).toHaveLength(11);
    expect(of('several', true)).toHaveLength(4);
    // One is rescanned by hand only, one has no alarm for late rescans.
    expect(ofBucket('several')).toHaveLength(2 * 4 + 4 + 2);
  });

  it('wakes somebody for a rescan that fails, is late, or could not scan some objects', () => {
    const [topicId] = resource('default', 'AWS::SNS::Topic', 'AlarmsTopic');
    const alarms = resources('default', 'AWS::CloudWatch::Alarm').filter(([id]) =>
      /^(Rescan|BucketAlarmsuploadsRescan)/.test(id),
    );
    expect(alarms.map(([, { Namespace, MetricName }]) => `${Namespace} ${MetricName}`).sort()).toEqual([
      'AWS/SQS ApproximateNumberOfMessagesVisible',
      'AWS/States ExecutionsAborted',
      'AWS/States ExecutionsFailed',
      'AWS/States ExecutionsTimedOut',
      'S3Airlock RescanCompleted',
      'S3Airlock RescanFailed',
    ]);
    for (const [, alarm] of alarms) expect(alarm.AlarmActions).toEqual([{ Ref: topicId }]);
    expect(resource('default', 'AWS::CloudWatch::Alarm', 'BucketAlarmsuploadsRescanLate')[1]).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      Period: 3600,
      EvaluationPeriods: 2 * 24,
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 2 * 24 * 60 },
    });
  });

  it('sets off an alarm when definitions grow old, also when nobody measures', () => {
    const alarms = (name: Name) =>
      Object.fromEntries(
        resources(name, 'AWS::CloudWatch::Alarm')
          .filter(([id]) => id.startsWith('DefinitionsAlarms'))
          .map(([id, alarm]) => [taskName(id).replace('DefinitionsAlarms', ''), alarm]),
      );
    const { DefinitionsOld, SignaturesOld, ...any } = alarms('default');
    expect(DefinitionsOld).toMatchObject({
      MetricName: 'DefinitionsAge',
      Period: (4 + 1) * 3600,
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 24 * 3600,
      TreatMissingData: 'breaching',
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 24 * 60 },
    });
    expect(SignaturesOld).toMatchObject({
      MetricName: 'SignaturesAge',
      Threshold: 48 * 3600,
      TreatMissingData: 'breaching',
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 24 * 60 },
    });
    expect(Object.keys(any).sort()).toEqual([
      'DefinitionsRefused',
      'DefinitionsUpdateFailed',
      'DefinitionsUpdatesLost',
    ]);
    for (const alarm of Object.values(any)) expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
    // Custom definitions have no release schedule.
    expect(Object.keys(alarms('express'))).not.toContain('SignaturesOld');
  });

  it('sends the alarms to the address that was given', () => {
    expect(resource('express', 'AWS::SNS::Subscription')[1]).toMatchObject({
      Protocol: 'email',
      Endpoint: 'security@example.com',
    });
    expect(resources('default', 'AWS::SNS::Subscription')).toEqual([]);
  });

  it('encrypts its topics with a key that alarms may use, and takes TLS only', () => {
    const [keyId, key] = resource('default', 'AWS::KMS::Key', 'Notifications');
    expect(key.EnableKeyRotation).toBe(true);
    expect(key.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      }),
    );
    for (const [, topic] of resources('default', 'AWS::SNS::Topic')) {
      expect(topic.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [keyId, 'Arn'] });
    }
    const statements = resources('default', 'AWS::SNS::TopicPolicy').flatMap(
      ([, { PolicyDocument }]) => PolicyDocument.Statement,
    );
    expect(statements.filter(({ Effect }: Statement) => Effect === 'Deny')).toHaveLength(2);
    // A topic policy replaces the default one that lets the account's alarms publish.
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: expect.stringMatching(/^AlarmsTopic/) },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  test.each<[Name, number]>([
    ['default', 90],
    ['express', 365],
    ['several', 90],
  ])('ends every log: %s', (name, days) => {
    const groups = resources(name, 'AWS::Logs::LogGroup');
    for (const [id, group] of groups) expect([id, group.RetentionInDays]).toEqual([id, days]);
    const ids = groups.map(([id]) => id);
    for (const [, { LoggingConfig }] of resources(name, 'AWS::Lambda::Function'))
      expect(ids).toContain(LoggingConfig.LogGroup.Ref);
    const [, logs] = resource(name, 'AWS::S3::Bucket', 'AccessLogs');
    expect(logs.LifecycleConfiguration.Rules).toContainEqual({ ExpirationInDays: days, Status: 'Enabled' });
  });
});
