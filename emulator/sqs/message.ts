import { createHash, randomUUID } from 'node:crypto';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What is sent. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  /** Default: the queue's. */
  readonly delaySeconds?: number;
  /** Access key of the sender. */
  readonly senderId?: string;
}

/** A message in a queue; it keeps its id, its age and its count when it is moved to a dead-letter queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  firstReceivedAt: number | undefined;
  /** In all queues. */
  receiveCount: number;
  /** ARN of the queue that gave it up. */
  deadLetterSource: string | undefined;
}

/** One delivery of a message. */
export interface ReceivedMessage extends Readonly<Message> {
  readonly receiptHandle: string;
}

export function createMessage(outgoing: OutgoingMessage, sentAt: number): Message {
  const { body, attributes = {}, senderId = 'local' } = outgoing;
  return {
    id: randomUUID(),
    body,
    attributes,
    senderId,
    sentAt,
    firstReceivedAt: undefined,
    receiveCount: 0,
    deadLetterSource: undefined,
  };
}

/** `attributes` of a received message in SQS's API and in Lambda's event. */
export function systemAttributes(message: Readonly<Message>): Record<string, string> {
  const { senderId, sentAt, receiveCount, firstReceivedAt = sentAt, deadLetterSource } = message;
  return {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: String(sentAt),
    SenderId: senderId,
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(deadLetterSource !== undefined && { DeadLetterQueueSourceArn: deadLetterSource }),
  };
}

export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue = '' } = attributes[name] as MessageAttribute;
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([DataType.startsWith('Binary') ? BINARY : TEXT]));
    add(StringValue === undefined ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue));
  }
  return hash.digest('hex');
}

const TEXT = 1;
const BINARY = 2;

/** Bytes that count for the limit of a message. */
export function sizeOf({ body, attributes = {} }: OutgoingMessage): number {
  const sizes = Object.entries(attributes).map(([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
    [name, DataType, StringValue].reduce(
      (bytes, text) => bytes + Buffer.byteLength(text),
      Buffer.from(BinaryValue, 'base64').length,
    ),
  );
  return sizes.reduce((total, bytes) => total + bytes, Buffer.byteLength(body));
}
