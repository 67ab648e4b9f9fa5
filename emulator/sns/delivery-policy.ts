import { parseObject } from './message.ts';
import { invalidParameter } from './sns-fault.ts';

/**
 * How SNS repeats what an HTTP endpoint did not take; times in seconds.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html#creating-delivery-policy
 */
export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  /** In all phases together. */
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  readonly backoffFunction: keyof typeof BACKOFF;
}

export interface DeliveryPolicy {
  readonly healthyRetryPolicy: RetryPolicy;
  readonly throttlePolicy?: { readonly maxReceivesPerSecond: number };
  readonly requestPolicy: { readonly headerContentType: string };
}

export const DEFAULT_POLICY: DeliveryPolicy = {
  healthyRetryPolicy: {
    minDelayTarget: 20,
    maxDelayTarget: 20,
    numRetries: 3,
    numNoDelayRetries: 0,
    numMinDelayRetries: 0,
    numMaxDelayRetries: 0,
    backoffFunction: 'linear',
  },
  requestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
};

/** From 0 to 1, how far a retry's delay is from the shortest to the longest one, by its place among the retries. */
const BACKOFF = {
  linear: (place: number) => place,
  arithmetic: (place: number) => (place * (place + 1)) / 2,
  geometric: (place: number) => place ** 2,
  exponential: (place: number) => (2 ** (place * STEEPNESS) - 1) / (2 ** STEEPNESS - 1),
} as const satisfies Readonly<Record<string, (place: number) => number>>;

/** AWS draws the curves and gives no formula. */
const STEEPNESS = 5;

const LONGEST_SECONDS = 3600;
const MOST_RETRIES = 100;
const RANGES: Readonly<Record<Exclude<keyof RetryPolicy, 'backoffFunction'>, readonly [from: number, to: number]>> = {
  minDelayTarget: [1, LONGEST_SECONDS],
  maxDelayTarget: [1, LONGEST_SECONDS],
  numRetries: [0, MOST_RETRIES],
  numNoDelayRetries: [0, MOST_RETRIES],
  numMinDelayRetries: [0, MOST_RETRIES],
  numMaxDelayRetries: [0, MOST_RETRIES],
};
const CONTENT_TYPES =
  /^(?:text\/(?:css|csv|html|plain|xml)|application\/(?:atom\+xml|json|octet-stream|soap\+xml|x-www-form-urlencoded|xhtml\+xml|xml))(?:; ?charset=UTF-8)?$/i;

/**
 * The attribute `DeliveryPolicy` of a subscription.
 * @throws SnsFault InvalidParameter
 */
export function parseDeliveryPolicy(json: string): DeliveryPolicy {
  const policy = parseObject(json);
  if (policy === undefined) throw invalid('failed to parse JSON.');
  const { healthyRetryPolicy, throttlePolicy, requestPolicy, ...others } = policy;
  const unknown = Object.keys(others).find((name) => name !== 'sicklyRetryPolicy' || others[name] !== null);
  if (unknown !== undefined) throw invalid(`Unexpected field: ${unknown}`);
  const throttle = throttlePolicy == null ? undefined : parseThrottle(throttlePolicy);
  return {
    healthyRetryPolicy:
      healthyRetryPolicy == null ? DEFAULT_POLICY.healthyRetryPolicy : parseRetries(healthyRetryPolicy),
    ...(throttle !== undefined && { throttlePolicy: throttle }),
    requestPolicy: requestPolicy == null ? DEFAULT_POLICY.requestPolicy : parseRequest(requestPolicy),
  };
}

/** Milliseconds before each retry. */
export function delaysOf(policy: RetryPolicy): number[] {
  const { minDelayTarget, maxDelayTarget, numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } =
    policy;
  const backoff = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  const between = (index: number) => {
    const share = BACKOFF[policy.backoffFunction](backoff === 1 ? 0 : index / (backoff - 1));
    return minDelayTarget + (maxDelayTarget - minDelayTarget) * share;
  };
  const seconds = [
    ...Array.from({ length: numNoDelayRetries }, () => 0),
    ...Array.from({ length: numMinDelayRetries }, () => minDelayTarget),
    ...Array.from({ length: backoff }, (_, index) => between(index)),
    ...Array.from({ length: numMaxDelayRetries }, () => maxDelayTarget),
  ];
  return seconds.map((each) => Math.round(each * 1000));
}

function parseRetries(value: unknown): RetryPolicy {
  const given = fieldsOf('healthyRetryPolicy', value, [...Object.keys(RANGES), 'backoffFunction']);
  const policy = { ...DEFAULT_POLICY.healthyRetryPolicy, ...given } as RetryPolicy;
  for (const [name, [from, to]] of Object.entries(RANGES)) {
    const number = policy[name as keyof typeof RANGES];
    if (!Number.isInteger(number) || number < from || number > to) {
      throw invalid(`healthyRetryPolicy.${name} must be between ${from} and ${to}`);
    }
  }
  if (!Object.hasOwn(BACKOFF, policy.backoffFunction)) {
    throw invalid(`healthyRetryPolicy.backoffFunction must be one of ${Object.keys(BACKOFF).join(', ')}`);
  }
  if (policy.minDelayTarget > policy.maxDelayTarget) {
    throw invalid('healthyRetryPolicy.maxDelayTarget must be greater than or equal to minDelayTarget');
  }
  if (policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries > policy.numRetries) {
    throw invalid('healthyRetryPolicy.numRetries must be greater than or equal to the retries of its phases');
  }
  if (delaysOf(policy).reduce((total, each) => total + each, 0) > LONGEST_SECONDS * 1000) {
    throw invalid(`healthyRetryPolicy must end within ${LONGEST_SECONDS} seconds`);
  }
  return policy;
}

function parseThrottle(value: unknown): DeliveryPolicy['throttlePolicy'] {
  const { maxReceivesPerSecond } = fieldsOf('throttlePolicy', value, ['maxReceivesPerSecond']);
  if (maxReceivesPerSecond === undefined) return undefined;
  if (typeof maxReceivesPerSecond === 'number' && Number.isInteger(maxReceivesPerSecond) && maxReceivesPerSecond >= 1) {
    return { maxReceivesPerSecond };
  }
  throw invalid('throttlePolicy.maxReceivesPerSecond must be at least 1');
}

function parseRequest(value: unknown): DeliveryPolicy['requestPolicy'] {
  const { headerContentType = DEFAULT_POLICY.requestPolicy.headerContentType } = fieldsOf('requestPolicy', value, [
    'headerContentType',
  ]);
  if (typeof headerContentType === 'string' && CONTENT_TYPES.test(headerContentType)) return { headerContentType };
  throw invalid('requestPolicy.headerContentType is not supported');
}

/** Those that are given: SNS takes null for one that is not. @throws SnsFault InvalidParameter */
function fieldsOf(policy: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalid(`${policy} must be an object`);
  const given = Object.entries(value).filter(([, each]) => each !== null);
  const unknown = given.find(([name]) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`Unexpected field: ${policy}.${unknown[0]}`);
  return Object.fromEntries(given);
}

const invalid = (reason: string) => invalidParameter('DeliveryPolicy', reason);
