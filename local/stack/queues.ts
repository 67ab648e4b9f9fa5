import type { Clock } from '../../emulator/clock.ts';
import type { Alarms } from '../../emulator/cloudwatch/alarms.ts';
import type { Gauge } from '../../emulator/cloudwatch/api.ts';
import type { Listening } from '../../emulator/http/loopback.ts';
import type { ServicePermissions } from '../../emulator/iam/service-permissions.ts';
import { startSqsApi } from '../../emulator/sqs/api.ts';
import type { QueueProps } from '../../emulator/sqs/queue.ts';
import { Queues } from '../../emulator/sqs/queues.ts';
import { countMessages } from './metrics.ts';

export interface StartedQueues {
  /** The template's, and those that somebody creates. */
  readonly queues: Queues;
  readonly sqs: Listening;
}

export interface QueuesProps {
  /** Available once the template is read, which names queues by the endpoint of SQS. */
  readonly permissions: Promise<ServicePermissions>;
  readonly clock: Clock;
  readonly port: number;
  readonly onDeliverMessage: QueueProps['onDeliver'];
}

/** @param onClose called with functions that stop what was started */
export async function startQueues(
  { permissions, clock, port, onDeliverMessage }: QueuesProps,
  onClose: (end: () => unknown) => void,
): Promise<StartedQueues> {
  const queues = new Queues({ clock, onDeliver: onDeliverMessage });
  onClose(() => queues.close());
  const sqs = await startSqsApi({
    queues,
    clock,
    port,
    authorize: async (...call) => (await permissions).queue(...call),
  });
  onClose(() => sqs.close());
  return { queues, sqs };
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
