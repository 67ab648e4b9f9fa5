/**
 * Default quotas of AWS that bound how fast uploads are scanned. Checked on 2026-11-26 against stored copies of the pages
 * that `source` names; an account's own values: https://console.aws.amazon.com/servicequotas/home
 */
export const QUOTAS_AS_OF = '2026-11-26';

/** `small` stands for the regions for which a page gives its lowest common value, such as eu-north-1. */
export type RegionSize = 'us-east-1' | 'small';

export interface Quota<Value = number> {
  readonly value: Readonly<Record<RegionSize, Value>>;
  readonly unit: string;
  readonly scope: string;
  /** Whether AWS raises it on request. */
  readonly adjustable: boolean;
  readonly source: string;
  /** What happens beyond it. */
  readonly beyond: string;
  /** Why the value is not certain. */
  readonly unconfirmed?: string;
}

/** A token bucket: a burst of `size`, then `perSecond`. */
export interface Bucket {
  readonly size: number;
  readonly perSecond: number;
}

const STEP_FUNCTIONS = 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const LAMBDA_SCALING = 'https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html';
const SQS_MAPPING = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html';
const SQS = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html';
const EVENTBRIDGE = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const SNS = 'https://docs.aws.amazon.com/general/latest/gr/sns.html';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html';

const everywhere = <Value>(value: Value): Readonly<Record<RegionSize, Value>> => ({ 'us-east-1': value, small: value });
const bucket = (size: number, perSecond: number): Bucket => ({ size, perSecond });
const account = { scope: 'account and region', adjustable: true } as const;

export const AWS_QUOTAS = {
  startStandardExecution: {
    ...account,
    value: { 'us-east-1': bucket(1300, 300), small: bucket(800, 150) },
    unit: 'StartExecution calls',
    source: STEP_FUNCTIONS,
    beyond: 'throttled; EventBridge delivers the event again later',
  },
  startExpressExecution: {
    ...account,
    value: everywhere(bucket(6000, 6000)),
    unit: 'StartExecution calls',
    source: STEP_FUNCTIONS,
    beyond: 'throttled; EventBridge delivers the event again later',
  },
  sendTaskResult: {
    ...account,
    value: { 'us-east-1': bucket(3000, 500), small: bucket(1500, 300) },
    unit: 'SendTaskSuccess calls; SendTaskFailure and SendTaskHeartbeat have the same of their own',
    source: STEP_FUNCTIONS,
    beyond: 'throttled; the worker tries again',
  },
  stateTransitions: {
    ...account,
    value: { 'us-east-1': bucket(5000, 5000), small: bucket(800, 800) },
    unit: 'transitions of STANDARD executions; EXPRESS has no limit',
    source: STEP_FUNCTIONS,
    beyond: 'delayed (ExecutionThrottled); new accounts begin lower',
  },
  openExecutions: {
    ...account,
    value: everywhere(1_000_000),
    unit: 'STANDARD executions open at once',
    source: STEP_FUNCTIONS,
    beyond: 'ExecutionLimitExceeded; EventBridge delivers the event again later',
  },
  mapChildStarts: {
    scope: 'Map Run',
    adjustable: false,
    value: everywhere(100),
    unit: 'STANDARD child executions started per second by a Distributed Map',
    source: STEP_FUNCTIONS,
    beyond: 'child executions start later',
  },
  concurrentInvocations: {
    ...account,
    value: everywhere(1000),
    unit: 'invocations of all functions at once',
    source: LAMBDA,
    beyond: 'TooManyRequestsException; new accounts begin lower',
  },
  functionScaling: {
    scope: 'function',
    adjustable: false,
    value: everywhere(100),
    unit: 'further execution environments per second (1,000 every 10 s)',
    source: LAMBDA_SCALING,
    beyond: 'TooManyRequestsException',
  },
  mappingStart: {
    scope: 'event source mapping of a standard queue',
    adjustable: false,
    value: everywhere(5),
    unit: 'batches at once when messages arrive',
    source: SQS_MAPPING,
    beyond: 'messages wait in the queue',
  },
  mappingGrowth: {
    scope: 'event source mapping of a standard queue',
    adjustable: false,
    value: everywhere(5),
    unit: 'further batches at once per second (300 a minute)',
    source: SQS_MAPPING,
    beyond: 'messages wait in the queue',
  },
  mappingConcurrency: {
    scope: 'event source mapping of a standard queue',
    adjustable: false,
    value: everywhere(1250),
    unit: 'batches at once; MaximumConcurrency may be 2 to 1,000',
    source: SQS_MAPPING,
    beyond: 'messages wait in the queue',
  },
  inFlightMessages: {
    scope: 'standard queue',
    adjustable: true,
    value: everywhere(120_000),
    unit: 'messages received and not deleted, about',
    source: SQS,
    beyond: 'the mapping receives no more until some are deleted',
  },
  eventInvocations: {
    ...account,
    value: { 'us-east-1': 18_750, small: 1100 },
    unit: 'deliveries to targets per second (750 in the smallest regions)',
    source: EVENTBRIDGE,
    beyond: 'delayed, not lost',
  },
  putEvents: {
    ...account,
    value: { 'us-east-1': 10_000, small: 600 },
    unit: 'PutEvents calls per second (400 in the smallest regions)',
    source: EVENTBRIDGE,
    beyond: 'throttled; Notify tries again',
  },
  snsPublishes: {
    ...account,
    value: { 'us-east-1': 30_000, small: 300 },
    unit: 'messages published per second',
    source: SNS,
    beyond: 'throttled; Notify tries again',
    unconfirmed: 'the page has a table by region that was not at hand; the values are from what others say of it',
  },
  s3Reads: {
    scope: 'partitioned prefix of a bucket',
    adjustable: false,
    value: everywhere(5500),
    unit: 'GET and HEAD per second; grows by itself, not at once',
    source: S3,
    beyond: '503 Slow Down; the SDK and the state machine try again',
  },
  s3Writes: {
    scope: 'partitioned prefix of a bucket',
    adjustable: false,
    value: everywhere(3500),
    unit: 'PUT, COPY, POST and DELETE per second; grows by itself, not at once',
    source: S3,
    beyond: '503 Slow Down; the SDK and the state machine try again',
  },
} satisfies Readonly<Record<string, Quota<number> | Quota<Bucket>>>;

export type QuotaName = keyof typeof AWS_QUOTAS;

/** The quotas of one region as plain values. */
export type RegionQuotas = { readonly [Name in QuotaName]: (typeof AWS_QUOTAS)[Name]['value'][RegionSize] };

export function quotasOf(region: RegionSize): RegionQuotas {
  const values = Object.entries(AWS_QUOTAS).map(([name, { value }]) => [name, value[region]]);
  return Object.fromEntries(values) as RegionQuotas;
}
