import type { Clock } from '../clock.ts';
import {
  type MessageAttributes,
  md5OfAttributes,
  md5OfBody,
  type ReceivedMessage,
  systemAttributes,
} from './message.ts';
import type { Queue } from './queue.ts';
import { queueAttributes } from './queue-attributes.ts';
import { QueueFault } from './queue-fault.ts';
import { RANGES } from './queue-settings.ts';
import type { Queues } from './queues.ts';

export interface Request extends Entry {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly Entries?: readonly Entry[];
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
  /** Of a queue. */
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

interface Entry {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: MessageAttributes;
  readonly DelaySeconds?: number;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

export interface ActionProps {
  readonly queues: Queues;
  readonly queue: Queue;
  readonly request: Request;
  readonly clock: Clock;
  /** Aborts when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
  readonly senderId: string;
}

type Action = (props: ActionProps) => object | Promise<object>;
type EntryAction = (props: ActionProps, entry: Entry) => object;

const MAXIMUM_ENTRIES = 10;

export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    SendMessage: single(SendMessage),
    SendMessageBatch: batch(SendMessage),
    ReceiveMessage,
    DeleteMessage: single(DeleteMessage),
    DeleteMessageBatch: batch(DeleteMessage),
    ChangeMessageVisibility: single(ChangeMessageVisibility),
    ChangeMessageVisibilityBatch: batch(ChangeMessageVisibility),
    GetQueueAttributes: ({ queue, request }) => ({ Attributes: queueAttributes(queue, request.AttributeNames ?? []) }),
    SetQueueAttributes({ queues, queue, request }) {
      queues.configure(queue, request.Attributes ?? {});
      return {};
    },
    DeleteQueue({ queues, queue }) {
      queues.delete(queue);
      return {};
    },
    GetQueueUrl: ({ queue }) => ({ QueueUrl: queue.url }),
    PurgeQueue({ queue }) {
      queue.purge();
      return {};
    },
  } satisfies Readonly<Record<string, Action>>),
);

function SendMessage({ queue, senderId }: ActionProps, entry: Entry): object {
  const { MessageBody: body = '', MessageAttributes: attributes = {}, DelaySeconds } = entry;
  if (DelaySeconds !== undefined) assertWithin('DelaySeconds', DelaySeconds, 0, RANGES.DelaySeconds.to);
  const { id } = queue.send({
    body,
    attributes,
    senderId,
    ...(DelaySeconds !== undefined && { delaySeconds: DelaySeconds }),
  });
  return { MessageId: id, MD5OfMessageBody: md5OfBody(body), MD5OfMessageAttributes: md5OfAttributes(attributes) };
}

function DeleteMessage({ queue }: ActionProps, { ReceiptHandle = '' }: Entry): object {
  queue.delete(ReceiptHandle);
  return {};
}

function ChangeMessageVisibility({ queue }: ActionProps, entry: Entry): object {
  queue.changeVisibility(entry.ReceiptHandle ?? '', entry.VisibilityTimeout ?? Number.NaN);
  return {};
}

async function ReceiveMessage({ queue, request, clock, gone }: ActionProps): Promise<object> {
  const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds = queue.settings.waitSeconds } = request;
  assertWithin('MaxNumberOfMessages', MaxNumberOfMessages, 1, 10);
  assertWithin('WaitTimeSeconds', WaitTimeSeconds, 0, 20);
  if (VisibilityTimeout !== undefined) assertWithin('VisibilityTimeout', VisibilityTimeout, 0, 43_200);
  const end = clock.now() + WaitTimeSeconds * 1000;
  for (;;) {
    if (gone.aborted) return {};
    const messages = queue.receive(MaxNumberOfMessages, VisibilityTimeout);
    if (messages.length > 0) return { Messages: messages.map((message) => toAnswer(message, request)) };
    if (clock.now() >= end) return {};
    await visibleOrEnd(queue, { clock, end, gone });
  }
}

interface Wait extends Pick<ActionProps, 'clock' | 'gone'> {
  /** Milliseconds since 1970. */
  readonly end: number;
}

function visibleOrEnd(queue: Queue, { clock, end, gone }: Wait): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      unlisten();
      gone.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(end - clock.now(), finish);
    const unlisten = queue.onVisible(finish);
    gone.addEventListener('abort', finish);
  });
}

function toAnswer(message: ReceivedMessage, request: Request): object {
  const { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] } = request;
  const attributes = chosen(message.attributes, MessageAttributeNames);
  const system = chosen(systemAttributes(message), [...AttributeNames, ...MessageSystemAttributeNames]);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5OfBody(message.body),
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
}

function chosen<Value>(values: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  const wanted = (name: string) =>
    names.some((one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))));
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));
}

function single(act: EntryAction): Action {
  return (props) => act(props, props.request);
}

function batch(act: EntryAction): Action {
  return (props) => {
    const { Entries = [] } = props.request;
    const refuse = (...fault: ConstructorParameters<typeof QueueFault>): never => {
      throw new QueueFault(...fault);
    };
    if (Entries.length === 0) refuse('EmptyBatchRequest', 'There are no entries in the request.');
    if (Entries.length > MAXIMUM_ENTRIES) {
      refuse('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MAXIMUM_ENTRIES}.`);
    }
    if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length) {
      refuse('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    }
    const [Successful, Failed]: [object[], object[]] = [[], []];
    for (const entry of Entries) {
      try {
        Successful.push({ Id: entry.Id, ...act(props, entry) });
      } catch (fault) {
        if (!(fault instanceof QueueFault)) throw fault;
        Failed.push({ Id: entry.Id, SenderFault: true, Code: fault.name, Message: fault.message });
      }
    }
    return { Successful, Failed };
  };
}

function assertWithin(name: string, value: number, from: number, to: number): void {
  if (value >= from && value <= to) return;
  const message = `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${from} and ${to}.`;
  throw new QueueFault('InvalidParameterValue', message);
}
