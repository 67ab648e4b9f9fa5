import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteRuleCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { type SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { EVENT_SOURCE } from '../../../functions/domain/channels.ts';
import type { Heard, Notice } from './table.ts';

interface Clients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly eventBridge: EventBridgeClient;
}

/** A body has at most 256 KiB. */
const ROOM = { notices: 2000, bytes: 16 * 2 ** 20 };
const WAIT_SECONDS = 20;
const AFTER_FAULT_MILLISECONDS = 1000;

/**
 * Subscribes a queue of its own to the topics and to the events of the pipeline, as an application would, and remembers
 * what comes.
 */
export class Notifications {
  readonly #clients: Clients;
  readonly #name = `airlock-console-${randomUUID().slice(0, 8)}`;
  readonly #closed = new AbortController();
  /** By what it takes back: the same subscribed again is taken back once. */
  readonly #undo = new Map<string, () => Promise<unknown>>();
  readonly #listening: Promise<void>;
  #notices: Notice[] = [];
  #bytes = 0;
  #count = 0;
  #fault: string | undefined;

  constructor(clients: Clients, topicArns: () => Promise<readonly string[]>) {
    this.#clients = clients;
    this.#listening = this.#listen(topicArns);
  }

  /** @param listener who counted up to that number: the numbers of another are not these */
  after(last: number, listener: string): Heard {
    const number = listener === this.#name ? last : 0;
    const [oldest] = this.#notices;
    return {
      listener: this.#name,
      notices: this.#notices.filter((notice) => notice.number > number),
      dropped: oldest === undefined ? this.#count : oldest.number - 1,
      fault: this.#fault,
    };
  }

  /** Takes back what was subscribed, as far as somebody answers. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#listening;
    for (const undo of [...this.#undo.values()].reverse()) await undo().catch(() => undefined);
  }

  /** After a fault all is subscribed again, which changes nothing where it stands: the pipeline may be another one. */
  async #listen(topicArns: () => Promise<readonly string[]>): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        const queueUrl = await this.#subscribe(await topicArns());
        this.#fault = undefined;
        while (!signal.aborted) await this.#receive(queueUrl);
      } catch (fault) {
        if (signal.aborted) return;
        this.#fault = (fault as Error).message;
        await pause(AFTER_FAULT_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #subscribe(topicArns: readonly string[]): Promise<string> {
    const { sqs, sns, eventBridge } = this.#clients;
    const abortSignal = this.#closed.signal;
    const Name = this.#name;
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: Name }), { abortSignal });
    this.#undo.set('queue', () => sqs.send(new DeleteQueueCommand({ QueueUrl })));
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const queueArn = (await sqs.send(asked, { abortSignal })).Attributes?.QueueArn ?? '';

    const EventPattern = JSON.stringify({ source: [EVENT_SOURCE] });
    const { RuleArn = '' } = await eventBridge.send(new PutRuleCommand({ Name, EventPattern }), { abortSignal });
    this.#undo.set('rule', async () => {
      await eventBridge.send(new RemoveTargetsCommand({ Rule: Name, Ids: [Name] }));
      await eventBridge.send(new DeleteRuleCommand({ Name }));
    });
    const Policy = JSON.stringify(policyFor(queueArn, topicArns, RuleArn));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }), { abortSignal });
    const Targets = [{ Id: Name, Arn: queueArn }];
    await eventBridge.send(new PutTargetsCommand({ Rule: Name, Targets }), { abortSignal });
    for (const TopicArn of topicArns) {
      const command = new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn });
      const { SubscriptionArn } = await sns.send(command, { abortSignal });
      this.#undo.set(TopicArn, () => sns.send(new UnsubscribeCommand({ SubscriptionArn })));
    }
    return QueueUrl;
  }

  async #receive(QueueUrl: string): Promise<void> {
    const { sqs } = this.#clients;
    const { signal: abortSignal } = this.#closed;
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_SECONDS });
    const { Messages = [] } = await sqs.send(command, { abortSignal });
    if (Messages.length === 0) return;
    for (const message of Messages) this.#add(noticeOf(message));
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal });
  }

  #add(notice: Omit<Notice, 'number'>): void {
    this.#count += 1;
    this.#notices.push({ ...notice, number: this.#count });
    this.#bytes += sizeOf(notice);
    while (this.#notices.length > ROOM.notices || this.#bytes > ROOM.bytes) {
      const oldest = this.#notices.shift();
      this.#bytes -= oldest === undefined ? 0 : sizeOf(oldest);
    }
  }
}

const sizeOf = ({ body, attributes }: Pick<Notice, 'body' | 'attributes'>) =>
  body.length + JSON.stringify(attributes).length;

function policyFor(queueArn: string, topicArns: readonly string[], ruleArn: string): object {
  const allow = (service: string, sources: readonly string[]) => ({
    Effect: 'Allow',
    Principal: { Service: `${service}.amazonaws.com` },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': sources } },
  });
  return { Version: '2012-10-17', Statement: [allow('sns', topicArns), allow('events', [ruleArn])] };
}

/** A message of the queue: SNS's envelope, an event, or what somebody else has put there, as it is. */
export function noticeOf({ Body = '' }: Pick<Message, 'Body'>): Omit<Notice, 'number'> {
  try {
    const content = JSON.parse(Body);
    if (content.Type === 'Notification') return ofTopic(SnsEnvelope.parse(content));
    return ofBus(BusEvent.parse(content));
  } catch {
    const time = new Date().toISOString();
    return {
      channel: 'queue',
      from: 'a message of somebody else',
      time,
      subject: undefined,
      attributes: {},
      body: Body,
    };
  }
}

const SnsEnvelope = z.object({
  TopicArn: z.string(),
  Timestamp: z.string(),
  Subject: z.string().optional(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })).default({}),
});

function ofTopic({ MessageAttributes, TopicArn, Timestamp, Subject, Message }: z.infer<typeof SnsEnvelope>) {
  return {
    channel: 'sns' as const,
    from: TopicArn.split(':').at(-1) ?? '',
    time: Timestamp,
    subject: Subject,
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value])),
    body: Message,
  };
}

const BusEvent = z.object({ 'detail-type': z.string(), time: z.string(), detail: z.record(z.string(), z.unknown()) });

function ofBus({ 'detail-type': from, time, detail }: z.infer<typeof BusEvent>) {
  const body = JSON.stringify(detail);
  return { channel: 'events' as const, from, time, subject: undefined, attributes: {}, body };
}
