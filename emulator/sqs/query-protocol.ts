import { randomUUID } from 'node:crypto';
import type { OtherProtocol } from '../http/json-api.ts';
import { type QueryStructure, type QueryValue, readQuery } from '../http/query.ts';
import { writeXml, type XmlElement } from '../http/xml.ts';

/*
 * SQS as clients spoke it until November 2023, those of Debian 12 among them: parameters of a form, answers in XML. Its
 * lists and maps are numbered under the name of one member.
 */
const LISTS_OF_REQUESTS = {
  AttributeNames: 'AttributeName',
  MessageAttributeNames: 'MessageAttributeName',
  MessageSystemAttributeNames: 'MessageSystemAttributeName',
};
const LISTS_OF_ANSWERS: Readonly<Record<string, string>> = { Messages: 'Message', QueueUrls: 'QueueUrl' };
const MAPS: Readonly<Record<string, string>> = { Attributes: 'Attribute', MessageAttributes: 'MessageAttribute' };
const NUMBERS = ['DelaySeconds', 'MaxNumberOfMessages', 'MaxResults', 'VisibilityTimeout', 'WaitTimeSeconds'];
/** Where the two protocols have different names. */
const CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  AccessDeniedException: 'AccessDenied',
  ...Object.fromEntries(
    [
      'MessageNotInflight',
      'EmptyBatchRequest',
      'TooManyEntriesInBatchRequest',
      'BatchEntryIdsNotDistinct',
      'UnsupportedOperation',
    ].map((name) => [name, `AWS.SimpleQueueService.${name}`]),
  ),
};
const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

export const QUERY_PROTOCOL: OtherProtocol = {
  type: 'text/xml',
  read({ 'content-type': type = '' }, body) {
    if (!type.startsWith('application/x-www-form-urlencoded')) return undefined;
    const { Action, Version: _, ...parameters } = readQuery(new URLSearchParams(body));
    const action = String(Action);
    return { action, body: JSON.stringify(toRequest(parameters, action)) };
  },
  write: (action, content) =>
    writeXml(
      `${action}Response`,
      { [`${action}Result`]: toXml(content, action), ResponseMetadata: { RequestId: randomUUID() } },
      NAMESPACE,
    ),
  writeFault: (name, Message) =>
    writeXml(
      'ErrorResponse',
      { Error: { Type: 'Sender', Code: CODES[name] ?? name, Message }, RequestId: randomUUID() },
      NAMESPACE,
    ),
};

/** The request as the JSON protocol has it. */
function toRequest(parameters: QueryStructure, action: string): object {
  const lists = nameOfOne(LISTS_OF_REQUESTS);
  const maps = nameOfOne(MAPS);
  const read = ([name, value]: [string, QueryValue]): [string, unknown] => {
    const [list, map] = [lists.get(name), maps.get(name)];
    if (list !== undefined) return [list, inOrder(value)];
    if (map !== undefined) return [map, Object.fromEntries(inOrder(value).map(pair))];
    if (name === `${action}RequestEntry`) return ['Entries', inOrder(value).map(entry)];
    return [name, NUMBERS.includes(name) ? Number(value) : value];
  };
  const entry = (value: QueryValue) => (typeof value === 'object' ? toRequest(value, '') : value);
  return Object.fromEntries(Object.entries(parameters).map(read));
}

const nameOfOne = (names: Readonly<Record<string, string>>) =>
  new Map(Object.entries(names).map(([many, one]) => [one, many]));

function inOrder(value: QueryValue): readonly QueryValue[] {
  if (typeof value !== 'object') return [];
  return Object.entries(value)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);
}

const pair = (entry: QueryValue): [string, unknown] =>
  typeof entry === 'object' ? [String(entry.Name), entry.Value] : ['', undefined];

function toXml(content: object, action: string): XmlElement {
  const entries = Object.entries(content).map(([name, value]): [string, XmlElement[string]] => {
    const [list, map] = [LISTS_OF_ANSWERS[name], MAPS[name]];
    if (map !== undefined) return [map, Object.entries(value).map(([Name, Value]) => ({ Name, Value }) as XmlElement)];
    const one = list ?? { Successful: `${action}ResultEntry`, Failed: 'BatchResultErrorEntry' }[name];
    if (one === undefined) return [name, value];
    return [one, value.map((item: unknown) => (typeof item === 'object' ? toXml(item as object, action) : item))];
  });
  return Object.fromEntries(entries);
}
