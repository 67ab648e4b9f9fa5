import { ACCOUNT } from '../cloudformation/template.ts';
import { DEFAULT_POLICY, type DeliveryPolicy, parseDeliveryPolicy } from './delivery-policy.ts';
import { parseObject } from './message.ts';
import type { SignatureVersion } from './signer.ts';
import { invalidParameter } from './sns-fault.ts';

/** Those that change something here. */
export const TOPIC_ATTRIBUTES = [
  'DisplayName',
  'SignatureVersion',
  'DeliveryPolicy',
  'KmsMasterKeyId',
  'Policy',
] as const;
export type TopicAttributeName = (typeof TOPIC_ATTRIBUTES)[number];

export class Topic {
  readonly arn: string;
  readonly #attributes = new Map<TopicAttributeName, string>();
  #delivery: DeliveryPolicy = DEFAULT_POLICY;
  #effective: string | undefined;

  constructor(arn: string) {
    this.arn = arn;
  }

  /** For its HTTP endpoints that have none of their own. */
  get delivery(): DeliveryPolicy {
    return this.#delivery;
  }

  get signatureVersion(): SignatureVersion {
    return this.#attributes.get('SignatureVersion') === '2' ? '2' : '1';
  }

  /** @throws SnsFault InvalidParameter */
  set(name: string, value: string): void {
    const known = TOPIC_ATTRIBUTES.find((one) => one === name);
    if (known === undefined) throw invalidParameter('AttributeName');
    if (known === 'SignatureVersion' && value !== '1' && value !== '2') throw invalidParameter('SignatureVersion');
    if (known === 'DeliveryPolicy') this.#setDelivery(value);
    this.#attributes.set(known, value);
  }

  /** As GetTopicAttributes answers, but for the counts. */
  attributes(): Record<string, string> {
    return {
      TopicArn: this.arn,
      Owner: ACCOUNT,
      DisplayName: '',
      ...Object.fromEntries(this.#attributes),
      EffectiveDeliveryPolicy: this.#effective ?? effective(DEFAULT_POLICY),
    };
  }

  /** Of a topic it is below `http`, and its fields begin with `default`. */
  #setDelivery(json: string): void {
    const { http } = (parseObject(json) ?? {}) as { http?: Readonly<Record<string, unknown>> };
    if (http === null || typeof http !== 'object') throw invalidParameter('DeliveryPolicy');
    const { defaultHealthyRetryPolicy, defaultThrottlePolicy, defaultRequestPolicy } = http;
    this.#delivery = parseDeliveryPolicy(
      JSON.stringify({
        healthyRetryPolicy: defaultHealthyRetryPolicy,
        throttlePolicy: defaultThrottlePolicy,
        requestPolicy: defaultRequestPolicy,
      }),
    );
    this.#effective = effective(this.#delivery);
  }
}

function effective({ healthyRetryPolicy, throttlePolicy, requestPolicy }: DeliveryPolicy): string {
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: healthyRetryPolicy,
      disableSubscriptionOverrides: false,
      ...(throttlePolicy && { defaultThrottlePolicy: throttlePolicy }),
      defaultRequestPolicy: requestPolicy,
    },
  });
}
