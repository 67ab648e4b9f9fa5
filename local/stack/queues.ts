import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { Clock } from '../../emulator/clock.ts';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import { type Alarms, watchAlarms } from '../../emulator/cloudwatch/alarms.ts';
import type { Gauge } from '../../emulator/cloudwatch/api.ts';
import type { Listening } from '../../emulator/http/loopback.ts';
import type { ServicePermissions } from '../../emulator/iam/service-permissions.ts';
import { startSnsGateway } from '../../emulator/sns/gateway.ts';
import { startSqsApi } from '../../emulator/sqs/api.ts';
import type { QueueProps } from '../../emulator/sqs/queue.ts';
import { Queues } from '../../emulator/sqs/queues.ts';
import { countMessages } from './metrics.ts';

/** SQS, and SNS behind a gateway that checks IAM. */
export interface Messaging {
  /** The template's. */
  readonly queues: Queues;
  /** The template's, and queues of others that subscribe to them. */
  readonly topics: FauxqsServer;
  readonly sqs: Listening;
  readonly sns: Listening;
}

export interface MessagingProps {
  /** Available once the template is read, which names queues by the endpoint of SQS. */
  readonly permissions: Promise<ServicePermissions>;
  readonly clock: Clock;
  /** Of SQS. */
  readonly port: number;
  readonly snsPort: number;
  readonly onDeliverMessage: QueueProps['onDeliver'];
}

/** @param onClose called with functions that stop what was started */
export async function startMessaging(
  { permissions, clock, port, snsPort, onDeliverMessage }: MessagingProps,
  onClose: (end: () => unknown) => void,
): Promise<Messaging> {
  const queues = new Queues({ clock, onDeliver: onDeliverMessage });
  onClose(() => queues.close());
  const sqs = await startSqsApi({
    queues,
    clock,
    port,
    authorize: async (...call) => (await permissions).queue(...call),
  });
  onClose(() => sqs.close());
  const topics = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  onClose(() => topics.stop());
  const may = {
    publish: async (...call: [string, string]) => (await permissions).publish(...call),
    list: async (...call: [string, string]) => (await permissions).listSubscriptions(...call),
  };
  const sns = await startSnsGateway(topics.address, may, snsPort);
  onClose(() => sns.close());
  return { queues, topics, sqs, sns };
}

/** Creates the template's queues and topics. */
export function createQueuesAndTopics(stack: LocalStack, { queues, topics }: Messaging): void {
  queues.createAll(stack);
  for (const { arn } of stack.ofType('AWS::SNS::Topic')) topics.createTopic(nameIn(arn));
}

/** Subscribes the template's addresses. Nothing is sent to them. */
export async function subscribeAddresses(stack: LocalStack, { topics }: Pick<Messaging, 'topics'>): Promise<void> {
  for (const { properties } of stack.ofType('AWS::SNS::Subscription')) {
    const { TopicArn, Protocol, Endpoint } = properties;
    const body = new URLSearchParams({ Action: 'Subscribe', Version: '2010-03-31', TopicArn, Protocol, Endpoint });
    const answer = await fetch(topics.address, { method: 'POST', body });
    if (!answer.ok) throw new Error(`fauxqs does not subscribe ${Protocol}: ${await answer.text()}`);
  }
}

/** The template's alarms, which notify their topics. */
export function startAlarms(stack: LocalStack, topics: FauxqsServer, clock: Clock): Alarms {
  const publish = (topicArn: string, subject: string, message: string) =>
    void topics.publish(nameIn(topicArn), message, { subject });
  return watchAlarms(stack, publish, clock.now());
}

/** Puts undelivered messages into a dead-letter queue, and counts its messages. */
export function deadLetters(queues: Queues, alarms: Alarms) {
  return (queueArn: string, body: string, attributes: object): void => {
    const queue = queues.byArn(queueArn);
    if (queue === undefined) throw new Error(`the stack has no queue ${queueArn}`);
    queue.send({ body, attributes: stringAttributes(attributes) });
    countMessages(alarms, queue.name, queue.counts.visible);
  };
}

/**
 * CloudWatch leaves out of a queue's age what was received so often, whose place is at the end of the queue.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const LEFT_OUT_RECEIVES = 3;

/** The age of the first message of a queue, seconds: the one metric that operators read. */
export function queueAges(queues: Queues, clock: Clock): Gauge {
  return (namespace, metricName, { QueueName = '' }) => {
    if (namespace !== 'AWS/SQS' || metricName !== 'ApproximateAgeOfOldestMessage') return undefined;
    const sent =
      queues
        .byName(QueueName)
        ?.messages('visible')
        .filter(({ receiveCount }) => receiveCount < LEFT_OUT_RECEIVES)
        .map(({ sentAt }) => sentAt) ?? [];
    return sent.length === 0 ? undefined : (clock.now() - sent.reduce((a, b) => Math.min(a, b))) / 1000;
  };
}

function stringAttributes(attributes: object): Record<string, { DataType: string; StringValue: string }> {
  const entries = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return Object.fromEntries(entries);
}

/** Name of a queue or topic. */
export function nameIn(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
