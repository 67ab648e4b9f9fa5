import { z } from 'zod';
import { CHANNELS, DETAIL_TYPES, forEachChannel } from '../../functions/domain/channels.ts';
import { downloadedName } from '../../functions/domain/definitions/downloads.ts';
import { isOwnSignatureFile } from '../../functions/domain/definitions/signature-files.ts';
import { DIALECT_NAMES, TAGS } from '../../functions/domain/dialects/index.ts';
import { isAllowlistEntry } from '../../functions/domain/file-type/types/allowlist.ts';
import { DEFAULT_GROUPS, GROUPS } from '../../functions/domain/file-type/types/media-types.ts';
import { ROLE_ARN } from '../../functions/domain/gate/trusted.ts';
import { DEFAULT_SCAN_BUDGET } from '../../functions/domain/scan-budget.ts';
import {
  ACTIVE_CONTENT,
  INERT_TYPES,
  MAX_OBJECT_BYTES_CEILING,
  ON_INFECTED,
  XML_STYLESHEETS,
} from '../../functions/domain/scan-policy.ts';
import { SCAN_STATUSES } from '../../functions/domain/verdict.ts';
import { LARGE_OBJECT_BYTES } from '../../functions/domain/waiting-scan.ts';
import { CloudFrontConfig } from './cloudfront.ts';
import { withoutComments } from './comments.ts';
import { ConfigurationError } from './configuration-error.ts';
import { contradictions, DEFAULTS_BY_WORKFLOW, SMALL_SCAN_SECONDS } from './contradictions.ts';
import { CorsConfig } from './cors.ts';
import { didYouMean, explain } from './error-message.ts';
import { OnCleanConfig } from './on-clean.ts';
import { ReportConfig } from './report.ts';
import { completeRescan, type RescanConfig, RescanConfigInput } from './rescan.ts';
import { TrustedConfig } from './trusted.ts';

/** `detail.reason` of `Object Created`: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const REASONS = ['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload'] as const;

/** The periods CloudWatch Logs can keep events for, days. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const WatchedBucketConfig = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not a bucket name')
    .optional()
    .describe("The bucket's name. One bucket may have none: the stack then chooses its name."),
  existing: z
    .boolean()
    .default(false)
    .describe(
      'Watch an existing bucket in the account and region of the stack. Add its gate with `airlock bucket-policy merge`.',
    ),
  versioned: z
    .boolean()
    .optional()
    .describe('Versioning of the bucket that the stack creates (default `true`). An existing bucket keeps its own.'),
  cors: CorsConfig.optional(),
  cloudFront: CloudFrontConfig.optional(),
  prefixes: z
    .array(z.string().min(1, 'is empty').max(1024, 'is longer than a key'))
    .default([])
    .describe('Only keys that begin with one of these are scanned; empty: all.'),
  suffixes: z
    .array(z.string().min(1, 'is empty').max(1024, 'is longer than a key'))
    .default([])
    .describe('Only keys that end with one of these are scanned; empty: all.'),
  reasons: z
    .array(z.enum(REASONS))
    .min(1, 'is empty: nothing would be scanned')
    .optional()
    .describe('Only objects created this way are scanned; default: all.'),
  trusted: TrustedConfig,
  onInfected: z.enum(ON_INFECTED).optional().describe('Overrides `onInfected` for this bucket.'),
  onClean: OnCleanConfig.optional(),
  rescan: RescanConfigInput.prefault({}),
});

const statuses = z.array(z.enum(SCAN_STATUSES)).default([...SCAN_STATUSES]);

const NotifyConfig = z.strictObject(forEachChannel((name) => statuses.describe(CHANNELS[name])));

const LARGE_MIB = LARGE_OBJECT_BYTES / 1024 ** 2;

const EngineConfig = z.strictObject({
  memoryMb: z
    .int()
    .min(2048, 'is too little for clamd: its definitions take 1.0 to 1.3 GB, use 2048 or more')
    .max(10_240, "is over Lambda's 10240")
    .default(3008)
    .describe('Memory of the scanner, MB; its CPU share grows with it.'),
  architecture: z
    .enum(['x86_64', 'arm64'])
    .default('x86_64')
    .describe('Processor of the scanner: arm64 costs a fifth less; Docker on x86 Linux builds it only with emulation.'),
  ephemeralStorageMb: z
    .int()
    .min(512, "is under Lambda's 512")
    .max(10_240, "is over Lambda's 10240")
    .default(10_240)
    .describe('Disk of the scanner, MB: for the object, what ClamAV unpacks from it, and two sets of definitions.'),
  reservedConcurrency: z
    .int()
    .min(2, 'is fewer than a queue can feed: Lambda needs 2')
    .max(1000, 'is more than a queue can feed: Lambda allows 1000')
    .nullable()
    .default(20)
    .describe('Engines for uploads; what they have no time for waits in the queue. `null`: no limit of its own.'),
  overflowConcurrency: z
    .int()
    .min(2, 'is fewer than a queue can feed: Lambda needs 2')
    .max(1000, 'is more than a queue can feed: Lambda allows 1000')
    .nullable()
    .optional()
    .describe(
      'EXPRESS only: engines for uploads that overflowed, beside those of `reservedConcurrency` (as many unless said otherwise). `null`: no limit of its own.',
    ),
  largeConcurrency: z
    .int()
    .min(2, 'is fewer than a queue can feed: Lambda needs 2')
    .max(1000, 'is more than a queue can feed: Lambda allows 1000')
    .nullable()
    .default(5)
    .describe(
      `Engines for uploads over ${LARGE_MIB} MiB, which have a queue of their own. \`null\`: no limit of its own.`,
    ),
  rescanConcurrency: z
    .int()
    .min(1, 'would never scan')
    .max(1000, 'is over 1000')
    .nullable()
    .default(20)
    .describe('Engines for all rescans together, which uploads never use. `null`: no limit but `maxConcurrency`.'),
  maxWaitHours: z
    .int()
    .min(1, 'is no time for a burst')
    .max(336, 'is longer than SQS keeps a message: 14 days')
    .default(96)
    .describe('How long an upload may wait for an engine, hours; then its execution ends in ERROR.'),
  timeoutSeconds: z
    .int()
    .min(60, 'is too short for a cold start, which loads the definitions: use 60 or more')
    .max(900, "is over Lambda's 900")
    .optional()
    .describe(
      `One scan's time, seconds (${perWorkflow('timeoutSeconds')}); up to ${LARGE_MIB} MiB at most ${SMALL_SCAN_SECONDS}.`,
    ),
  scanSeconds: z
    .int()
    .min(5, 'is less than honest files take')
    .max(600, 'is over the ten minutes that a scan may take')
    .default(DEFAULT_SCAN_BUDGET.baseMilliseconds / 1000)
    .describe(
      'Time of the engine for each object, seconds, beside `scanSecondsPerMb`; over it: `limits-exceeded:time`.',
    ),
  scanSecondsPerMb: z
    .number()
    .min(0.1, 'is less than large files take')
    .max(60, 'is over a minute for each MB')
    .default(DEFAULT_SCAN_BUDGET.millisecondsPerMb / 1000)
    .describe('Further time for each MB of the object, seconds.'),
});

const ArchivesConfig = z.strictObject({
  rar: z
    .enum(['open', 'unscannable'])
    .default('open')
    .describe('RAR archives: opened by 7-Zip, whose RAR code is under the unRAR license (NOTICE), or refused.'),
});

/** The URL as it appears in freshclam.conf. */
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http or https URL' })
  .regex(/^[!-~]+$/, 'contains characters that a URL cannot have');

const DefinitionsConfig = z.strictObject({
  updateHours: z
    .int()
    .min(1, 'is more often than mirrors allow')
    .max(12, 'leaves no room for a failure before the alarm at 24 hours')
    .default(4)
    .describe('Hours between two updates of the definitions.'),
  mirror: httpUrl
    .nullable()
    .optional()
    .describe(
      "A private mirror instead of ClamAV's, https; `null`: no mirror, only `customUrls` and the files under `own/`.",
    ),
  customUrls: z
    .array(
      httpUrl.refine(
        (url) => isOwnSignatureFile(downloadedName(url)),
        'does not name a file of definitions, like https://example.com/mine.ndb',
      ),
    )
    .default([])
    .describe('URLs of custom definitions, https, downloaded with each update.'),
  allowInsecureMirror: z
    .boolean()
    .default(false)
    .describe(
      'Accepts http in `mirror` and `customUrls`: whoever is on the way can then replace custom definitions and hold back official ones.',
    ),
  allowLists: z
    .array(z.string())
    .default([])
    .describe(
      'Names of files in `customUrls` that can make malware CLEAN (`.ign2`, `.fp`, `.sfp` and others): see [definitions](operations/definitions.md#use-the-definitions-of-others).',
    ),
});

const QuarantineConfig = z.strictObject({
  retentionDays: z
    .int()
    .min(1, 'would keep nothing')
    .default(90)
    .describe('Days after which S3 deletes malware from the quarantine.'),
  objectLockDays: z
    .int()
    .min(1, 'would lock nothing')
    .optional()
    .describe('Days for which nobody can delete or overwrite it (Object Lock in governance mode); default: no lock.'),
  operatorRoleArns: z
    .array(z.string().regex(ROLE_ARN, 'is not the ARN of a role'))
    .default([])
    .describe('Roles that may read and delete there if their own policies allow it; default: nobody.'),
});

const AirlockConfigInput = z.strictObject({
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'is not the name of a stack')
    .default('S3Airlock')
    .describe("The stack's name, and the `service` in its metrics and logs. Another name creates another stack."),
  buckets: z.array(WatchedBucketConfig).min(1, 'is empty: nothing would be watched').prefault([{}]),
  maxObjectBytes: z
    .int()
    .positive('is not a size')
    .max(MAX_OBJECT_BYTES_CEILING, `is over ClamAV's ceiling ${MAX_OBJECT_BYTES_CEILING}`)
    .optional()
    .describe(`Larger objects are UNSCANNABLE; bytes (${perWorkflow('maxObjectBytes')}).`),
  allowedTypes: z
    .array(
      z.string().refine(isAllowlistEntry, {
        error: ({ input }) =>
          `is neither *, nor a media type, nor one of ${Object.keys(GROUPS).join(', ')}${didYouMean(String(input), Object.keys(GROUPS))}`,
      }),
    )
    .min(1, 'is empty: everything would be rejected')
    .default([...DEFAULT_GROUPS])
    .describe('Groups and media types that are allowed, or `*`; anything else is REJECTED.'),
  inertTypes: z
    .enum(INERT_TYPES)
    .default('strict')
    .describe(
      'The stored Content-Type must name the content (`strict`), or may be any that no browser runs (`relaxed`).',
    ),
  xmlStylesheets: z
    .enum(XML_STYLESHEETS)
    .default('reject')
    .describe(
      'XML that names a stylesheet, such as e-invoices: REJECTED, or allowed under a Content-Type that no browser renders (`inert`).',
    ),
  activeContent: z
    .enum(ACTIVE_CONTENT)
    .default('allow')
    .describe(
      'Documents with active parts (JavaScript in PDF, remote templates, DDE): allowed and named in the notification, or REJECTED.',
    ),
  onInfected: z
    .enum(ON_INFECTED)
    .default('tag')
    .describe('What happens to an infected object after it is tagged: nothing more, quarantine or deletion.'),
  quarantine: QuarantineConfig.prefault({}),
  workflow: z
    .enum(['STANDARD', 'EXPRESS'])
    .default('STANDARD')
    .describe(
      'STANDARD shows every execution in the console. EXPRESS costs less at volume and runs five minutes at most.',
    ),
  dialect: z.enum(DIALECT_NAMES).default('airlock').describe('The format of tags and notifications.'),
  tagKey: z
    .string()
    .regex(/^(?!aws:)[\p{L}\p{N} +\-=._:/@]{1,128}$/u, 'is not an S3 tag key')
    .optional()
    .describe('The tag of the dialect `s3-virusscan` (default `clamav-status`).'),
  detailType: z
    .string()
    .regex(/^[!-~](?:[ -~]{0,126}[!-~])?$/, 'is not a detail type: 1 to 128 printable ASCII characters')
    .refine((type) => type !== DETAIL_TYPES.rescan, 'is the detail type of rescans, which rules could not tell apart')
    .default(DETAIL_TYPES.scan)
    .describe(
      "EventBridge's `detail-type` of each verdict, such as the one that [GuardDuty](migrating.md#change-the-rules-of-guardduty) has; the source stays `s3-airlock`.",
    ),
  tags: z
    .enum(TAGS)
    .default('full')
    .describe(
      'Whether tags say when and with which definitions a verdict was reached (`full`), or only what it is (`status`), which costs less to keep.',
    ),
  notify: NotifyConfig.prefault({}),
  report: ReportConfig.prefault({}),
  securityHub: z
    .boolean()
    .default(false)
    .describe('Whether malware is a finding in AWS Security Hub CSPM ([Security Hub](integrations/security-hub.md)).'),
  requests: z
    .boolean()
    .default(false)
    .describe(
      'Whether there is a topic of requests: who publishes S3 events or names of objects to it has them scanned ([requests](integrations/requests.md)).',
    ),
  engine: EngineConfig.prefault({}),
  archives: ArchivesConfig.prefault({}),
  definitions: DefinitionsConfig.prefault({}),
  kmsKeyArns: z
    .array(z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'is not the ARN of a KMS key'))
    .default([])
    .describe(
      'Keys that objects in the watched buckets are encrypted with (SSE-KMS); the pipeline may decrypt with them.',
    ),
  annotations: z
    .boolean()
    .optional()
    .describe(
      'Whether S3 has annotations in the region of the stack: the gate then denies reading them (default: [by the region](aws-features.md)).',
    ),
  alarmEmail: z.email('is not an e-mail address').optional().describe('Subscribed to the alarms topic.'),
  logRetentionDays: z
    .int()
    .refine((days) => LOG_RETENTION_DAYS.some((known) => known === days), `is none of ${LOG_RETENTION_DAYS.join(', ')}`)
    .default(90)
    .describe('Days for which logs are kept, access logs of the buckets too.'),
  logLevel: z
    .enum(['ALL', 'ERROR'])
    .optional()
    .describe(
      'What the log of uploads has: every event of each execution, or errors only (default: `ERROR`, of EXPRESS executions `ALL`).',
    ),
  tracing: z.boolean().default(false).describe('Whether the state machines send traces to X-Ray.'),
});

function perWorkflow(setting: 'maxObjectBytes' | 'timeoutSeconds'): string {
  return `${DEFAULTS_BY_WORKFLOW.STANDARD[setting]} unless said otherwise, ${DEFAULTS_BY_WORKFLOW.EXPRESS[setting]} under EXPRESS`;
}

/** The `airlock` object of cdk.json's context; closed, so that a typo is an error. */
export const AirlockConfigSchema = AirlockConfigInput.superRefine(contradictions);

export type QuarantineConfig = z.output<typeof QuarantineConfig>;
export type WatchedBucketConfig = z.output<typeof WatchedBucketConfig> & { readonly rescan: RescanConfig };
type Parsed = z.output<typeof AirlockConfigInput>;
export interface AirlockConfig extends Parsed {
  readonly buckets: WatchedBucketConfig[];
  readonly maxObjectBytes: number;
  readonly engine: Parsed['engine'] & {
    readonly timeoutSeconds: number;
    /** Nothing overflows under STANDARD. */
    readonly overflowConcurrency: number | null;
  };
}

/** @throws ConfigurationError with one line for each fault, naming key and value, as `airlock.maxObjectBytes: -1 is not a size` */
export function parseConfig(airlock: unknown): AirlockConfig {
  const parsed = AirlockConfigSchema.safeParse(withoutComments(airlock === undefined ? {} : airlock), {
    reportInput: true,
  });
  if (!parsed.success) throw new ConfigurationError(explain(parsed.error, AirlockConfigInput));
  const { buckets, maxObjectBytes, engine, ...rest } = parsed.data;
  const defaults = DEFAULTS_BY_WORKFLOW[rest.workflow];
  return {
    ...rest,
    buckets: buckets.map((bucket) => ({ ...bucket, rescan: completeRescan(bucket.rescan) })),
    maxObjectBytes: maxObjectBytes ?? defaults.maxObjectBytes,
    engine: {
      ...engine,
      timeoutSeconds: engine.timeoutSeconds ?? defaults.timeoutSeconds,
      // `null` is a choice of its own.
      overflowConcurrency:
        engine.overflowConcurrency === undefined ? engine.reservedConcurrency : engine.overflowConcurrency,
    },
  };
}
