import { randomUUID } from 'node:crypto';
import type { MessageAttributes as QueueAttributes } from '../sqs/message.ts';
import type { Message, MessageAttributes } from './message.ts';
import type { SignatureVersion, Signer, Unsigned } from './signer.ts';
import type { Subscription } from './subscription.ts';

/** A message for one subscriber. */
export interface Parcel {
  readonly type: Unsigned['Type'];
  readonly id: string;
  readonly body: string;
  /** Of a message that is delivered raw. */
  readonly attributes: MessageAttributes;
  readonly raw: boolean;
}

export interface Sender {
  readonly signer: Signer;
  readonly version: SignatureVersion;
  /** Of the service, where messages can be answered with a GET. */
  readonly endpoint: string;
}

/** A notification as the subscriber wants it: raw, or in SNS's JSON. */
export function notificationFor(subscription: Subscription, message: Message, sender: Sender): Parcel {
  const { topicArn, protocol, arn, settings } = subscription;
  const text = message.textFor(protocol);
  const { id, subject, timestamp, attributes } = message;
  const parcel = { type: 'Notification', id, attributes, raw: settings.raw } as const;
  if (settings.raw) return { ...parcel, body: text };
  const unsigned: Unsigned = {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: text,
    Timestamp: timestamp,
  };
  const told = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, { Type: DataType, Value: StringValue ?? BinaryValue }] as const;
  });
  const content = {
    ...unsigned,
    ...sender.signer.sign(unsigned, sender.version),
    UnsubscribeURL: `${sender.endpoint}/?${new URLSearchParams({ Action: 'Unsubscribe', SubscriptionArn: arn })}`,
    ...(told.length > 0 && { MessageAttributes: Object.fromEntries(told) }),
  };
  return { ...parcel, body: write(content) };
}

const WORDS: Readonly<Record<Exclude<Unsigned['Type'], 'Notification'>, (topicArn: string) => string>> = {
  SubscriptionConfirmation: (topicArn) =>
    `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
  UnsubscribeConfirmation: (topicArn) =>
    `You have chosen to deactivate subscription to the topic ${topicArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
};

/** What asks a new subscriber to confirm, or one that is gone whether it wanted to. */
export function confirmationFor(
  { topicArn, token }: Subscription,
  type: keyof typeof WORDS,
  now: number,
  { signer, version, endpoint }: Sender,
): Parcel {
  const id = randomUUID();
  const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token });
  const unsigned: Unsigned = {
    Type: type,
    MessageId: id,
    Token: token,
    TopicArn: topicArn,
    Message: WORDS[type](topicArn),
    SubscribeURL: `${endpoint}/?${query}`,
    Timestamp: new Date(now).toISOString(),
  };
  const body = write({ ...unsigned, ...signer.sign(unsigned, version) });
  return { type, id, body, attributes: {}, raw: false };
}

/** Headers of a POST to an HTTP endpoint. */
export function headersOf(
  { type, id, raw }: Parcel,
  { arn, topicArn }: Subscription,
  contentType: string,
): Record<string, string> {
  return {
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': id,
    'x-amz-sns-topic-arn': topicArn,
    // Nobody has confirmed it yet.
    ...(type !== 'SubscriptionConfirmation' && { 'x-amz-sns-subscription-arn': arn }),
    ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
    'content-type': contentType,
    'user-agent': 'Amazon Simple Notification Service Agent',
  };
}

/** Attributes of a raw message in a queue, which knows no arrays. */
export function queueAttributes({ raw, attributes }: Parcel): QueueAttributes {
  if (!raw) return {};
  const entries = Object.entries(attributes).map(([name, attribute]) => {
    return [name, { ...attribute, DataType: attribute.DataType.replace(/^String\.Array$/, 'String') }] as const;
  });
  return Object.fromEntries(entries);
}

const write = (content: object) => JSON.stringify(content, null, 2);
