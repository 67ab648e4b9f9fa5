import { randomUUID } from 'node:crypto';
import { invalidParameter, SnsFault } from './sns-fault.ts';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What somebody publishes. */
export interface Publication {
  readonly message: string;
  readonly subject?: string | undefined;
  /** `json`: `message` is an object with one text for each protocol. */
  readonly structure?: string | undefined;
  readonly attributes?: MessageAttributes;
}

/** A publication that SNS took. */
export interface Message {
  readonly id: string;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  /** ISO 8601, to the millisecond. */
  readonly timestamp: string;
  /** The text for a protocol. */
  textFor(protocol: string): string;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const MAXIMUM_MESSAGE_BYTES = 262_144;
/** Printable ASCII that does not begin with a space. */
const SUBJECT = /^[!-~][ -~]{0,99}$/;
const ATTRIBUTE_NAME = /^(?!(?:AWS|Amazon)\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;

/** @throws SnsFault InvalidParameter, ParameterValueInvalid */
export function createMessage(publication: Publication, now: number): Message {
  const { message, subject, structure, attributes = {} } = publication;
  if (message === '') throw invalidParameter('Empty message');
  if (sizeOf(publication) > MAXIMUM_MESSAGE_BYTES) throw invalidParameter('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalidParameter('Subject');
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
  const texts = structure === undefined ? undefined : textsByProtocol(structure, message);
  return {
    id: randomUUID(),
    subject,
    attributes,
    timestamp: new Date(now).toISOString(),
    textFor: (protocol) => texts?.[protocol] ?? texts?.default ?? message,
  };
}

/** Bytes that count for the limit of a message. */
export function sizeOf({ message, attributes = {} }: Publication): number {
  const sizes = Object.entries(attributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, 'base64').length,
  );
  return sizes.reduce((total, bytes) => total + bytes, Buffer.byteLength(message));
}

function textsByProtocol(structure: string, message: string): Readonly<Record<string, string>> {
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  const texts = parseObject(message);
  if (texts === undefined) throw invalidParameter('Message Structure', 'JSON message body failed to parse');
  if (typeof texts.default !== 'string') {
    throw invalidParameter('Message Structure', 'No default entry in JSON message body');
  }
  return Object.fromEntries(Object.entries(texts).map(([protocol, text]) => [protocol, String(text)]));
}

/** Undefined for anything but a JSON object. */
export function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** By data type, up to a dot after which a custom label follows, whether SNS takes the value. */
const VALUES: Readonly<Record<string, (attribute: MessageAttribute) => boolean>> = {
  String: ({ StringValue = '' }) => StringValue !== '',
  'String.Array': ({ StringValue = '' }) => isScalars(StringValue),
  Number: ({ StringValue = '' }) => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(StringValue),
  Binary: ({ BinaryValue = '' }) => BinaryValue !== '',
};

function checkAttribute(name: string, attribute: MessageAttribute): void {
  const refused = (message: string) => new SnsFault('ParameterValueInvalid', message);
  if (!ATTRIBUTE_NAME.test(name)) throw refused(`Invalid message attribute name '${name}'.`);
  const { DataType } = attribute;
  const accepts = VALUES[DataType] ?? VALUES[DataType.split('.', 1)[0] ?? ''];
  if (accepts === undefined) throw refused(`The message attribute '${name}' has an invalid message attribute type.`);
  if (!accepts(attribute)) {
    throw refused(`The message attribute '${name}' must contain a valid, non-empty value of the type ${DataType}.`);
  }
}

function isScalars(json: string): boolean {
  try {
    const values: unknown = JSON.parse(json);
    return Array.isArray(values) && values.every((value) => value === null || typeof value !== 'object');
  } catch {
    return false;
  }
}
