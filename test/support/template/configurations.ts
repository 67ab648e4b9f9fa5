import { z } from 'zod';
import { AirlockConfigSchema } from '../../../infra/config/schema.ts';

const ROLE = 'arn:aws:iam::111122223333:role/security/quarantine-operator';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';
const DISTRIBUTION = 'arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE';
const IDENTITY = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2QWRUHAPOMQZL';
const MIB = 1024 ** 2;

/** Configurations whose templates differ; together they set every option to something else than its default. */
export const CONFIGURATIONS: Readonly<Record<string, object>> = {
  'the defaults': {},
  'workflow EXPRESS, status alone in tags': { workflow: 'EXPRESS', tags: 'status' },
  'every option, STANDARD': {
    stackName: 'Every-Option',
    annotations: false,
    maxObjectBytes: 100 * MIB,
    allowedTypes: ['*'],
    inertTypes: 'relaxed',
    xmlStylesheets: 'inert',
    activeContent: 'reject',
    onInfected: 'quarantine',
    quarantine: { retentionDays: 30, objectLockDays: 7, operatorRoleArns: [ROLE] },
    notify: { sns: ['INFECTED'], events: [] },
    engine: {
      architecture: 'arm64',
      ...{ memoryMb: 4096, ephemeralStorageMb: 8192, maxWaitHours: 24, timeoutSeconds: 300 },
      ...{ reservedConcurrency: 10, largeConcurrency: 2, rescanConcurrency: 50, scanSeconds: 60, scanSecondsPerMb: 2 },
    },
    archives: { rar: 'unscannable' },
    kmsKeyArns: [KEY],
    alarmEmail: 'security@example.com',
    logRetentionDays: 365,
    logLevel: 'ALL',
    tracing: true,
    requests: true,
    securityHub: true,
    report: { schedule: 'cron(0 6 * * ? *)', versions: true },
    buckets: [
      {
        name: 'made-here',
        versioned: false,
        prefixes: ['in/'],
        suffixes: ['.pdf'],
        reasons: ['PutObject'],
        onInfected: 'delete',
        onClean: {
          copyTo: {
            ...{ bucket: 'clean', prefix: 'made-here/', existing: true, onlyPipelineWrites: true },
            ...{ deleterRoleArns: [ROLE], kmsKeyArn: KEY },
          },
        },
        cors: [
          {
            allowedOrigins: ['https://app.example.com'],
            allowedMethods: ['POST', 'GET'],
            allowedHeaders: ['*'],
            exposedHeaders: ['ETag', 'x-amz-version-id'],
            maxAgeSeconds: 60,
          },
        ],
        cloudFront: { distributionArns: [DISTRIBUTION], originAccessIdentityArns: [IDENTITY] },
        rescan: {
          ...{ schedule: 'cron(0 3 * * ? *)', strategy: 'stale', prefix: 'in/', maxConcurrency: 20 },
          ...{ toleratedFailurePercentage: 10, flexibleMinutes: 0, lateAfterDays: 7, ages: [2, 20] },
        },
      },
      { name: 'second', trusted: [{ prefix: 'exports/', writerRoleArns: [ROLE] }], rescan: { lateAfterDays: null } },
    ],
  },
  'every option, EXPRESS': {
    workflow: 'EXPRESS',
    annotations: true,
    dialect: 's3-virusscan',
    tagKey: 'scanned',
    engine: { reservedConcurrency: null, overflowConcurrency: 8, largeConcurrency: null, rescanConcurrency: null },
    definitions: {
      updateHours: 1,
      mirror: null,
      customUrls: ['https://example.com/a.ndb', 'http://example.com/b.ign2'],
      allowInsecureMirror: true,
      allowLists: ['b.ign2'],
    },
    quarantine: { objectLockDays: 7 },
    buckets: [
      { onClean: { copyTo: { bucket: 'clean', prefix: 'first/' } } },
      { name: 'second', onInfected: 'quarantine', onClean: { copyTo: { bucket: 'clean', prefix: 'second/' } } },
    ],
  },
  'existing buckets only': {
    onInfected: 'delete',
    dialect: 'guardduty',
    detailType: 'GuardDuty Malware Protection Object Scan Result',
    buckets: [
      { name: 'was-there', existing: true, rescan: { schedule: null } },
      {
        ...{ name: 'was.there', existing: true, onInfected: 'quarantine' },
        onClean: { copyTo: { bucket: 'open', onlyPipelineWrites: false, kmsKeyArn: KEY } },
      },
    ],
  },
  'one more bucket': { buckets: [{ name: 'before' }, {}] },
  'a mirror of one’s own': { definitions: { mirror: 'https://mirror.example.com' }, dialect: 'bucket-antivirus' },
};

/** Paths of options, as `buckets[].rescan.prefix`, that no configuration above sets to something else than its default. */
export function optionsLeftAtDefaults(): string[] {
  const schema = z.toJSONSchema(AirlockConfigSchema, { io: 'input' });
  return [...leftAtDefaults(schema, Object.values(CONFIGURATIONS), '')];
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function* leftAtDefaults(schema: JsonSchema, set: readonly object[], prefix: string): Generator<string> {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const property = value as JsonSchema;
    const values = set.filter((each) => Object.hasOwn(each, key)).map((each) => each[key as keyof typeof each]);
    const members = property.type === 'array' ? (property.items as JsonSchema) : property;
    if (members.type === 'object') {
      yield* leftAtDefaults(members, values.flat() as object[], `${prefix}${key}.`);
    } else if (values.every((each) => JSON.stringify(each) === JSON.stringify(property.default))) {
      yield `${prefix}${key}`;
    }
  }
}
