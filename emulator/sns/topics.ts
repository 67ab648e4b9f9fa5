import type { Clock } from '../clock.ts';
import { ACCOUNT } from '../cloudformation/template.ts';
import type { Consent } from '../sqs/consent.ts';
import type { Queues } from '../sqs/queues.ts';
import { Deliveries } from './deliveries.ts';
import { confirmationFor, notificationFor, type Sender } from './envelope.ts';
import { createMessage, type Message, type Publication } from './message.ts';
import type { SignatureVersion, Signer } from './signer.ts';
import { invalidParameter, SnsFault } from './sns-fault.ts';
import {
  type AttributeName,
  type Attributes,
  createSubscription,
  type Subscription,
  settingsOf,
  TOKEN_MILLISECONDS,
} from './subscription.ts';
import { Topic, type TopicAttributeName } from './topic.ts';

export interface TopicsProps {
  readonly clock: Clock;
  readonly queues: Queues;
  readonly consent: Consent;
  readonly signer: Signer;
  /** Of the service, in the links of its messages. */
  readonly endpoint: () => string;
  readonly log: (line: string) => void;
}

export interface Subscriber {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** ARN of who subscribes; default: the account. */
  readonly principal?: string;
  readonly attributes?: Attributes;
}

/** The topics of one account and region, and who subscribes to them. */
export class Topics {
  readonly #props: TopicsProps;
  readonly #topics = new Map<string, Topic>();
  /** By ARN; by the order in which they subscribed. */
  readonly #subscriptions = new Map<string, Subscription>();
  /** By token: those that a confirmation would bring back. */
  readonly #ended = new Map<string, Subscription>();
  readonly #deliveries: Deliveries;

  constructor(props: TopicsProps) {
    this.#props = props;
    this.#deliveries = new Deliveries(props);
  }

  create(arn: string, attributes: Partial<Record<TopicAttributeName, string>> = {}): Topic {
    const topic = new Topic(arn);
    for (const [name, value] of Object.entries(attributes)) topic.set(name, value);
    this.#topics.set(arn, topic);
    return topic;
  }

  /** And its subscriptions. */
  delete(arn: string): void {
    this.#topics.delete(arn);
    for (const subscription of this.subscriptions(arn)) this.#subscriptions.delete(subscription.arn);
  }

  /** @throws SnsFault NotFound */
  topic(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw new SnsFault('NotFound', 'Topic does not exist');
    return topic;
  }

  topics(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  /** Of a topic, or all. */
  subscriptions(topicArn?: string): readonly Subscription[] {
    return [...this.#subscriptions.values()].filter((each) => topicArn === undefined || each.topicArn === topicArn);
  }

  /** @throws SnsFault NotFound */
  subscription(arn: string): Subscription {
    const subscription = this.#subscriptions.get(arn);
    if (subscription === undefined) throw new SnsFault('NotFound', 'Subscription does not exist');
    return subscription;
  }

  /** @throws SnsFault NotFound, InvalidParameter */
  publish(topicArn: string, publication: Publication): Message {
    const topic = this.topic(topicArn);
    const message = createMessage(publication, this.#props.clock.now());
    const sender = this.#sender(topic.signatureVersion);
    for (const subscription of this.subscriptions(topicArn)) {
      const { confirmed, protocol, settings } = subscription;
      if (!confirmed || !settings.filter({ attributes: message.attributes, text: message.textFor(protocol) })) continue;
      this.#deliveries.send(
        subscription,
        notificationFor(subscription, message, sender),
        settings.delivery ?? topic.delivery,
      );
    }
    return message;
  }

  /**
   * Subscribes once, however often it is asked; asks an HTTP endpoint each time until it confirms.
   * @throws SnsFault NotFound, InvalidParameter
   */
  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    const { topicArn, protocol, endpoint, attributes = {} } = subscriber;
    const topic = this.topic(topicArn);
    const now = this.#props.clock.now();
    const created = createSubscription(
      { topicArn, protocol, endpoint, attributes, principal: subscriber.principal ?? `arn:aws:iam::${ACCOUNT}:root` },
      now,
    );
    const known = this.subscriptions(topicArn).find((each) => each.protocol === protocol && each.endpoint === endpoint);
    if (known !== undefined && !sameAttributes(known.attributes, attributes)) {
      throw invalidParameter('Attributes', 'Subscription already exists with different attributes');
    }
    const subscription = known ?? created;
    this.#subscriptions.set(subscription.arn, subscription);
    if (!subscription.confirmed) this.#confirmation(subscription, topic, 'SubscriptionConfirmation');
    await this.#learnConsent(subscription);
    return subscription;
  }

  /** @throws SnsFault NotFound, InvalidParameter */
  confirm(
    topicArn: string,
    token: string,
    by: { readonly authenticated: boolean; readonly keep: boolean },
  ): Subscription {
    this.topic(topicArn);
    const pending = this.subscriptions(topicArn).find((each) => each.token === token);
    const subscription = pending ?? this.#ended.get(token);
    if (subscription?.topicArn !== topicArn) throw invalidParameter('Token');
    if (subscription.tokenEnds < this.#props.clock.now()) throw invalidParameter('Token', 'It has expired');
    if (!subscription.confirmed) {
      subscription.authenticated = by.authenticated;
      subscription.keptFromStrangers = by.authenticated && by.keep;
    }
    subscription.confirmed = true;
    this.#ended.delete(token);
    this.#subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  /**
   * Tells an HTTP endpoint, which can come back. Harmless when there is no such subscription.
   * @throws SnsFault AuthorizationError, InvalidParameter
   */
  unsubscribe(arn: string, { authenticated }: { readonly authenticated: boolean }): void {
    if (arn.split(':').length !== ARN_PARTS) {
      throw invalidParameter(
        'SubscriptionArn',
        `An ARN must have at least ${ARN_PARTS} elements, not ${arn.split(':').length}`,
      );
    }
    const subscription = this.#subscriptions.get(arn);
    if (subscription === undefined) return;
    if (subscription.keptFromStrangers && !authenticated) {
      throw new SnsFault('AuthorizationError', 'Only a signed request may unsubscribe');
    }
    if (!subscription.confirmed) throw invalidParameter('SubscriptionArn', 'Subscription is pending confirmation');
    this.#subscriptions.delete(arn);
    const topic = this.#topics.get(subscription.topicArn);
    if (topic === undefined || subscription.protocol === 'sqs') return;
    subscription.tokenEnds = this.#props.clock.now() + TOKEN_MILLISECONDS;
    subscription.confirmed = false;
    this.#ended.set(subscription.token, subscription);
    this.#confirmation(subscription, topic, 'UnsubscribeConfirmation');
  }

  /** @throws SnsFault NotFound, InvalidParameter, FilterPolicyLimitExceeded */
  async setAttribute(arn: string, name: AttributeName, value: string): Promise<void> {
    const subscription = this.subscription(arn);
    const attributes = { ...subscription.attributes, [name]: value };
    subscription.settings = settingsOf(subscription.protocol, attributes);
    subscription.attributes = attributes;
    await this.#learnConsent(subscription);
  }

  /** Settles when no attempt to deliver is under way; some may wait for their next one. */
  idle(): Promise<void> {
    return this.#deliveries.idle();
  }

  /** Gives up what is on its way. */
  close(): Promise<void> {
    return this.#deliveries.close();
  }

  #confirmation(subscription: Subscription, topic: Topic, type: Parameters<typeof confirmationFor>[1]): void {
    const parcel = confirmationFor(subscription, type, this.#props.clock.now(), this.#sender(topic.signatureVersion));
    this.#deliveries.send(subscription, parcel, subscription.settings.delivery ?? topic.delivery);
  }

  #sender(version: SignatureVersion): Sender {
    return { signer: this.#props.signer, version, endpoint: this.#props.endpoint() };
  }

  /** So that what is published is in the queue when `publish` returns. */
  async #learnConsent({ topicArn, endpoint, settings }: Subscription): Promise<void> {
    const { queues, consent } = this.#props;
    for (const arn of [endpoint, settings.deadLetterQueueArn]) {
      const queue = arn === undefined ? undefined : queues.byArn(arn);
      if (queue !== undefined) await consent.ask({ service: 'sns.amazonaws.com', sourceArn: topicArn, queue });
    }
  }
}

/** `arn:aws:sns:REGION:ACCOUNT:TOPIC:ID` */
const ARN_PARTS = 7;

function sameAttributes(a: Attributes, b: Attributes): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<AttributeName>;
  return [...names].every((name) => a[name] === b[name]);
}
