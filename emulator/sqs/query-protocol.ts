import { type QueryStructure, type QueryValue, readQuery } from '../http/query.ts';
import type { XmlContent, XmlElement } from '../http/xml.ts';

/**
 * SQS's older protocol: requests are forms, lists and maps in them are flat (`Attribute.1.Name`), answers are XML. SDKs before
 * November 2023 speak it, so do the AWS CLI and boto3 of Debian 12. Here it is translated to and from the JSON protocol.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html
 */
export const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

/** By the name of a list in a form, its name in JSON. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};
/** Of names and values. */
const MAPS: Readonly<Record<string, string>> = { Attribute: 'Attributes', MessageAttribute: 'MessageAttributes' };
const NUMBERS = new Set(['DelaySeconds', 'VisibilityTimeout', 'MaxNumberOfMessages', 'WaitTimeSeconds', 'MaxResults']);

/** The action, and the request as it is in the JSON protocol. */
export function readForm(form: string): { readonly action: string; readonly request: object } {
  const { Action, Version, ...parameters } = readQuery(new URLSearchParams(form));
  return { action: typeof Action === 'string' ? Action : '', request: asRequest(parameters) };
}

function asRequest(parameters: QueryStructure): object {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]): [string, unknown] => {
      if (typeof value === 'string') return [name, NUMBERS.has(name) ? Number(value) : value];
      const [list, map] = [LISTS[name], MAPS[name]];
      if (list !== undefined) return [list, numbered(value).map(asItem)];
      if (map !== undefined) return [map, Object.fromEntries(numbered(value).flatMap(asEntry))];
      return [name, value];
    }),
  );
}

const asItem = (item: QueryValue) => (typeof item === 'string' ? item : asRequest(item));

function asEntry(entry: QueryValue): [string, QueryValue][] {
  if (typeof entry === 'string' || typeof entry.Name !== 'string') return [];
  return [[entry.Name, entry.Value ?? '']];
}

/** In the order of the numbers. */
const numbered = (list: QueryStructure): QueryValue[] =>
  Object.entries(list)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);

/** By the name of a list in JSON, its name in XML; of results of a batch, with the action in front. */
const ELEMENTS: Readonly<Record<string, (action: string) => string>> = {
  Messages: () => 'Message',
  QueueUrls: () => 'QueueUrl',
  Attributes: () => 'Attribute',
  MessageAttributes: () => 'MessageAttribute',
  Successful: (action) => `${action}ResultEntry`,
  Failed: () => 'BatchResultErrorEntry',
};

/** The answer to an action, from what it is in the JSON protocol. An action that answers nothing has no result. */
export function asXml(action: string, answer: object, requestId: string): XmlElement {
  const result = asElement(action, answer);
  return {
    ...(HAS_NO_RESULT.has(action) ? {} : { [`${action}Result`]: result }),
    ResponseMetadata: { RequestId: requestId },
  };
}

const HAS_NO_RESULT = new Set([
  'DeleteMessage',
  'ChangeMessageVisibility',
  'SetQueueAttributes',
  'DeleteQueue',
  'PurgeQueue',
]);

function asElement(action: string, answer: object): XmlElement {
  const entries = Object.entries(answer).map(([name, value]): [string, XmlElement[string]] => {
    const element = ELEMENTS[name]?.(action);
    if (element === undefined) return [name, value];
    if (Array.isArray(value)) {
      return [element, value.map((item) => (typeof item === 'object' ? asElement(action, item) : item))];
    }
    return [element, Object.entries(value).map(([Name, Value]) => ({ Name, Value: Value as XmlContent }))];
  });
  return Object.fromEntries(entries);
}

const PREFIXED = new Set([
  'MessageNotInflight',
  'EmptyBatchRequest',
  'TooManyEntriesInBatchRequest',
  'BatchEntryIdsNotDistinct',
  'UnsupportedOperation',
]);
const CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  AccessDeniedException: 'AccessDenied',
};

/** Errors whose names differ between the protocols. */
export function codeOf(name: string): string {
  return CODES[name] ?? (PREFIXED.has(name) ? `AWS.SimpleQueueService.${name}` : name);
}
