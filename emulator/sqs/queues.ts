import { type Clock, systemClock } from '../clock.ts';
import { ACCOUNT, type LocalStack, REGION } from '../cloudformation/template.ts';
import type { NamedPolicy } from '../iam/principals.ts';
import { policyOfQueue } from '../iam/resource-policies.ts';
import { Queue, type QueueProps } from './queue.ts';
import { QueueFault } from './queue-fault.ts';
import { assertSameSettings, type QueueAttributes, readAttributes } from './queue-requests.ts';
import { queueSettings } from './queue-settings.ts';

export interface QueuesProps {
  readonly clock?: Clock;
  /** Injects faults into the deliveries of every queue; default: none. */
  readonly onDeliver?: QueueProps['onDeliver'];
}

const QUEUE_NAME = /^[\w-]{1,80}$/;

/** The queues of one account and region. */
export class Queues {
  readonly #props: QueuesProps;
  readonly #byArn = new Map<string, Queue>();

  constructor(props: QueuesProps = {}) {
    this.#props = props;
  }

  /** @throws Error naming the queue and the property that is not supported or not valid */
  create(queue: {
    readonly arn: string;
    readonly ref: string;
    readonly properties: object;
    readonly policy?: NamedPolicy | undefined;
  }): Queue {
    const { arn, ref: url, properties, policy } = queue;
    const name = arn.split(':').at(-1) ?? '';
    const created = new Queue({
      name,
      arn,
      url,
      settings: queueSettings(name, properties as Readonly<Record<string, unknown>>),
      policy,
      clock: this.#props.clock ?? systemClock,
      queueByArn: (other) => this.#byArn.get(other),
      onDeliver: this.#props.onDeliver,
    });
    this.#byArn.set(arn, created);
    return created;
  }

  /** Creates the template's queues. @throws Error naming a dead-letter queue that does not exist */
  createAll(stack: Pick<LocalStack, 'ofType' | 'byArn'>): void {
    const created = stack
      .ofType('AWS::SQS::Queue')
      .map((queue) => this.create({ ...queue, policy: policyOfQueue(stack, queue.arn) }));
    for (const { name, settings } of created) {
      const target = settings.redrive?.deadLetterQueueArn;
      if (target !== undefined && !this.#byArn.has(target)) {
        throw new Error(`queue ${name}: its dead-letter queue ${target} does not exist`);
      }
    }
  }

  /**
   * Creates a queue, or returns the one that has this name and these attributes.
   * @param endpoint of SQS
   * @throws QueueFault InvalidParameterValue, InvalidAttributeName, InvalidAttributeValue, QueueNameExists
   */
  request(name: string, attributes: QueueAttributes, endpoint: string): Queue {
    if (!QUEUE_NAME.test(name)) {
      const reason = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
      throw new QueueFault('InvalidParameterValue', reason);
    }
    const known = this.byName(name);
    const { properties, policy } = readAttributes(name, attributes, known, this);
    if (known !== undefined) {
      assertSameSettings(known, attributes);
      return known;
    }
    const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
    return this.create({ arn, ref: `${endpoint}/${ACCOUNT}/${name}`, properties, policy });
  }

  /** @throws QueueFault InvalidAttributeName, InvalidAttributeValue */
  configure(queue: Queue, attributes: QueueAttributes): void {
    const { properties, policy } = readAttributes(queue.name, attributes, queue, this);
    queue.configure(queueSettings(queue.name, properties), policy);
  }

  /** With its messages. */
  delete(queue: Queue): void {
    queue.close();
    this.#byArn.delete(queue.arn);
  }

  byArn(arn: string): Queue | undefined {
    return this.#byArn.get(arn);
  }

  byName(name: string): Queue | undefined {
    return this.all().find((queue) => queue.name === name);
  }

  /** By the account and name in the URL, whatever its endpoint. @throws QueueFault QueueDoesNotExist */
  byUrl(url: string): Queue {
    const queue = this.byName(url.split('/').at(-1) ?? '');
    if (queue !== undefined) return queue;
    throw new QueueFault('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  all(): readonly Queue[] {
    return [...this.#byArn.values()];
  }

  /** Empties every queue and ends its timers. */
  close(): void {
    for (const queue of this.#byArn.values()) queue.close();
  }
}
