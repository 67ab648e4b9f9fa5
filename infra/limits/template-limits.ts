/**
 * What AWS accepts of a template and of what is deployed from it: every limit that a configuration can reach. Checked on
 * 2026-11-26 against stored copies of the pages that `source` names, except where `unconfirmed` says so.
 */
export const LIMITS_AS_OF = '2026-11-26';

export interface TemplateLimit {
  readonly maximum: number;
  readonly unit: string;
  /** What in the configuration makes it grow. */
  readonly grows: string;
  readonly source: string;
  /** Whether AWS raises it on request; the check counts with the default. */
  readonly adjustable?: true;
  /** Why the value is not certain. */
  readonly unconfirmed?: string;
}

const CLOUDFORMATION = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const SQS = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html';
const SNS = 'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html';
const BUCKET_POLICY = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html';
const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const EVENTBRIDGE = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const INPUT_TRANSFORMER = 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html';
const SCHEDULER = 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html';
const STEP_FUNCTIONS = 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html';
const CLOUDWATCH = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const DASHBOARD_BODY =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html';
const CORS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html';

const buckets = 'the number of `buckets`';
const filters = '`prefixes`, `suffixes` and their combinations, `trusted`';
const operators = '`quarantine.operatorRoleArns`';

export const TEMPLATE_LIMITS = {
  'resources of a template': { maximum: 500, unit: 'resources', grows: buckets, source: CLOUDFORMATION },
  'outputs of a template': { maximum: 200, unit: 'outputs', grows: buckets, source: CLOUDFORMATION },
  'parameters of a template': { maximum: 200, unit: 'parameters', grows: buckets, source: CLOUDFORMATION },
  'size of a template': {
    maximum: 1_000_000,
    unit: 'bytes',
    grows: `${buckets} and ${filters}`,
    source: CLOUDFORMATION,
  },
  'resources with nested stacks': { maximum: 2500, unit: 'resources', grows: buckets, source: CLOUDFORMATION },
  'inline policies of a role': { maximum: 10_240, unit: 'characters', grows: '`kmsKeyArns`', source: IAM },
  'managed policy': {
    ...{ maximum: 6144, unit: 'characters', source: IAM },
    grows: `${buckets} with long names, and of those with \`onClean\``,
  },
  'managed policies of a role': { maximum: 10, unit: 'policies', grows: buckets, source: IAM, adjustable: true },
  'policy of a queue': { maximum: 8192, unit: 'bytes', grows: buckets, source: SQS },
  'statements of a queue policy': { maximum: 20, unit: 'statements', grows: buckets, source: SQS },
  'policy of a topic': { maximum: 30_720, unit: 'bytes', grows: 'nothing yet', source: SNS },
  'policy of a bucket': {
    ...{ maximum: 20_480, unit: 'bytes', source: BUCKET_POLICY },
    grows: `${operators}; of a watched bucket: \`trusted\`; of the access logs: ${buckets}`,
  },
  'policy of a key': { maximum: 32_768, unit: 'bytes', grows: 'nothing yet', source: KMS },
  'environment of a function': {
    maximum: 4096,
    unit: 'bytes',
    grows: '`allowedTypes`, `definitions.customUrls`',
    source: LAMBDA,
  },
  'pattern of a rule': { maximum: 2048, unit: 'characters', grows: filters, source: EVENTBRIDGE, adjustable: true },
  'rules of an event bus': { maximum: 300, unit: 'rules', grows: buckets, source: EVENTBRIDGE, adjustable: true },
  'rules with wildcards': {
    ...{ maximum: 30, unit: 'rules', source: EVENTBRIDGE },
    grows: 'the number of `buckets` that have both `prefixes` and `suffixes`',
  },
  'input template of a rule': { maximum: 8192, unit: 'characters', grows: '`allowedTypes`', source: INPUT_TRANSFORMER },
  'input of a schedule': { maximum: 262_144, unit: 'bytes', grows: '`rescan.prefix`', source: SCHEDULER },
  'definition of a state machine': {
    maximum: 1_048_576,
    unit: 'bytes',
    grows: `${buckets} and ${filters}`,
    source: STEP_FUNCTIONS,
  },
  'input of a state': { maximum: 262_144, unit: 'bytes', grows: `${buckets} and ${filters}`, source: STEP_FUNCTIONS },
  'widgets of a dashboard': { maximum: 500, unit: 'widgets', grows: buckets, source: CLOUDWATCH },
  'metrics of a widget': { maximum: 500, unit: 'metrics', grows: buckets, source: CLOUDWATCH },
  'metrics of a dashboard': { maximum: 2500, unit: 'metrics', grows: buckets, source: CLOUDWATCH },
  'alarms of a widget': {
    ...{ maximum: 100, unit: 'alarms', grows: buckets, source: DASHBOARD_BODY },
    unconfirmed: 'the page was not at hand',
  },
  'CORS rules of a bucket': { maximum: 100, unit: 'rules', grows: '`buckets[].cors`', source: CORS },
} satisfies Readonly<Record<string, TemplateLimit>>;

export type LimitName = keyof typeof TEMPLATE_LIMITS;

/** How much of a limit one resource, or one template, uses. */
export interface Measurement {
  readonly limit: LimitName;
  /** Logical id, or the template's name. */
  readonly resource: string;
  readonly value: number;
}

export const shareOf = ({ limit, value }: Measurement): number => value / TEMPLATE_LIMITS[limit].maximum;

/** What AWS would refuse, one sentence for each. */
export function refused(measurements: readonly Measurement[]): string[] {
  return measurements
    .filter((measurement) => shareOf(measurement) > 1)
    .map(({ limit, resource, value }) => {
      const { maximum, unit, grows, source } = TEMPLATE_LIMITS[limit];
      return `${resource}: ${limit} is ${value} ${unit}, AWS accepts ${maximum} (${source}); it grows with ${grows}`;
    });
}
