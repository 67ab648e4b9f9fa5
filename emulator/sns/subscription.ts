import { randomBytes, randomUUID } from 'node:crypto';
import { type DeliveryPolicy, parseDeliveryPolicy } from './delivery-policy.ts';
import { compileFilterPolicy, type Filter, type FilterPolicyScope } from './filter-policy.ts';
import { parseObject } from './message.ts';
import { invalidParameter } from './sns-fault.ts';

export const PROTOCOLS = ['sqs', 'http', 'https', 'email', 'email-json'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** What may be set on a subscription, as texts. */
export const SETTABLE = [
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'DeliveryPolicy',
] as const;
export type AttributeName = (typeof SETTABLE)[number];
export type Attributes = Readonly<Partial<Record<AttributeName, string>>>;

/** What the attributes mean. */
export interface Settings {
  readonly filter: Filter;
  readonly raw: boolean;
  readonly deadLetterQueueArn: string | undefined;
  /** Undefined: the topic's. */
  readonly delivery: DeliveryPolicy | undefined;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** ARN of who subscribed. */
  readonly principal: string;
  /** Of the message that asks to confirm, and of the one that says goodbye. */
  token: string;
  /** Milliseconds since 1970 until which the token confirms. */
  tokenEnds: number;
  confirmed: boolean;
  /** Whether whoever confirmed signed the request. */
  authenticated: boolean;
  /** Whether only a signed request may unsubscribe. */
  keptFromStrangers: boolean;
  attributes: Attributes;
  settings: Settings;
}

const TOKEN_BYTES = 64;
/** https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
export const TOKEN_MILLISECONDS = 2 * 86_400_000;

const ENDPOINTS: Readonly<Record<Protocol, (endpoint: string) => boolean>> = {
  sqs: (endpoint) => /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]{1,80}$/.test(endpoint),
  http: (endpoint) => endpoint.startsWith('http://') && URL.canParse(endpoint),
  https: (endpoint) => endpoint.startsWith('https://') && URL.canParse(endpoint),
  email: (endpoint) => /^[^@\s]+@[^@\s]+$/.test(endpoint),
  'email-json': (endpoint) => /^[^@\s]+@[^@\s]+$/.test(endpoint),
};

export interface SubscriptionProps {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly principal: string;
  readonly attributes: Attributes;
}

/** @throws SnsFault InvalidParameter */
export function createSubscription(props: SubscriptionProps, now: number): Subscription {
  const { topicArn, endpoint, principal, attributes } = props;
  const protocol = PROTOCOLS.find((known) => known === props.protocol);
  if (protocol === undefined) throw invalidParameter(`Does not support this protocol string: ${props.protocol}`);
  if (!ENDPOINTS[protocol](endpoint)) {
    throw invalidParameter(
      'Endpoint',
      protocol === 'sqs' ? 'SQS endpoint ARN' : `Endpoint must match the protocol ${protocol}`,
    );
  }
  const isQueue = protocol === 'sqs';
  return {
    arn: `${topicArn}:${randomUUID()}`,
    topicArn,
    protocol,
    endpoint,
    principal,
    token: randomBytes(TOKEN_BYTES).toString('hex'),
    tokenEnds: now + TOKEN_MILLISECONDS,
    // A queue of the same account has nothing to confirm.
    confirmed: isQueue,
    authenticated: isQueue,
    keptFromStrangers: isQueue,
    attributes,
    settings: settingsOf(protocol, attributes),
  };
}

/** @throws SnsFault InvalidParameter, FilterPolicyLimitExceeded */
export function settingsOf(protocol: Protocol, attributes: Attributes): Settings {
  const { FilterPolicy, RawMessageDelivery, RedrivePolicy, DeliveryPolicy } = attributes;
  const scope = scopeOf(attributes.FilterPolicyScope);
  return {
    filter: isSet(FilterPolicy) ? compileFilterPolicy(FilterPolicy, scope) : () => true,
    raw: isRaw(protocol, RawMessageDelivery),
    deadLetterQueueArn: isSet(RedrivePolicy) ? deadLetterQueueOf(RedrivePolicy) : undefined,
    delivery: isSet(DeliveryPolicy) ? deliveryOf(protocol, DeliveryPolicy) : undefined,
  };
}

/** As SNS lists it: without the password. */
export function listedEndpoint({ endpoint }: Subscription): string {
  return endpoint.replace(/^(https?:\/\/[^/@:]*):[^/@]*@/, '$1:****@');
}

/** An empty text takes an attribute away. */
const isSet = (text: string | undefined): text is string => text !== undefined && text !== '' && text !== '{}';

function scopeOf(text = 'MessageAttributes'): FilterPolicyScope {
  if (text === 'MessageAttributes' || text === 'MessageBody') return text;
  throw invalidParameter('Attributes', `FilterPolicyScope: Invalid value [${text}]`);
}

function isRaw(protocol: Protocol, text = 'false'): boolean {
  const wanted = text.toLowerCase();
  if (wanted !== 'true' && wanted !== 'false') {
    throw invalidParameter('Attributes', `RawMessageDelivery: Invalid value [${text}]. Must be true or false.`);
  }
  if (wanted === 'true' && protocol.startsWith('email')) {
    throw invalidParameter(
      'Attributes',
      `RawMessageDelivery: Delivery protocol [${protocol}] does not support raw message delivery.`,
    );
  }
  return wanted === 'true';
}

function deadLetterQueueOf(json: string): string {
  const arn = parseObject(json)?.deadLetterTargetArn;
  if (typeof arn === 'string' && ENDPOINTS.sqs(arn)) return arn;
  throw invalidParameter('RedrivePolicy', 'deadLetterTargetArn is an invalid arn');
}

function deliveryOf(protocol: Protocol, json: string): DeliveryPolicy {
  if (protocol === 'http' || protocol === 'https') return parseDeliveryPolicy(json);
  throw invalidParameter('DeliveryPolicy', `Delivery protocol [${protocol}] does not support a delivery policy.`);
}
