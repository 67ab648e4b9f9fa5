import { setImmediate as turn } from 'node:timers/promises';
import type { Cancel, Clock } from '../clock.ts';
import type { Answer } from '../iam/policy-engine.ts';
import type { Consent } from '../sqs/consent.ts';
import type { Queues } from '../sqs/queues.ts';
import { type DeliveryPolicy, delaysOf } from './delivery-policy.ts';
import { headersOf, type Parcel, queueAttributes } from './envelope.ts';
import { post } from './http-endpoint.ts';
import type { Subscription } from './subscription.ts';

export interface DeliveriesProps {
  readonly queues: Queues;
  readonly consent: Consent;
  /** Measures the time between attempts. */
  readonly clock: Clock;
  /** What AWS would not tell anybody: a message that is lost, and why. */
  readonly log: (line: string) => void;
}

const SENDER = 'sns.amazonaws.com';

/** SQS takes no more of them with one message, so that SNS discards a raw one with more. */
const MOST_QUEUE_ATTRIBUTES = 10;

/** What is on its way to subscribers. */
export class Deliveries {
  readonly #props: DeliveriesProps;
  readonly #end = new AbortController();
  readonly #waiting = new Set<Cancel>();
  readonly #running = new Set<Promise<void>>();

  constructor(props: DeliveriesProps) {
    this.#props = props;
  }

  /** @param policy for HTTP endpoints */
  send(subscription: Subscription, parcel: Parcel, policy: DeliveryPolicy): void {
    switch (subscription.protocol) {
      case 'sqs':
        this.#sendToQueue(subscription, parcel);
        break;
      case 'http':
      case 'https':
        this.#attempt(subscription, parcel, policy, delaysOf(policy.healthyRetryPolicy));
        break;
      default:
      // Nobody here reads mail.
    }
  }

  /** Settles when no attempt is under way; some may wait for their next one. */
  async idle(): Promise<void> {
    do {
      await Promise.all(this.#running);
      await turn();
    } while (this.#running.size > 0);
  }

  async close(): Promise<void> {
    this.#end.abort();
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
    await this.idle();
  }

  #sendToQueue(subscription: Subscription, parcel: Parcel): void {
    const { endpoint, topicArn, settings } = subscription;
    const attributes = queueAttributes(parcel);
    const lost = (reason: string) => {
      if (endpoint === settings.deadLetterQueueArn) this.#lose(parcel, endpoint, reason);
      else this.#undeliverable(subscription, parcel, reason);
    };
    if (Object.keys(attributes).length > MOST_QUEUE_ATTRIBUTES) {
      lost(`SQS takes no more than ${MOST_QUEUE_ATTRIBUTES} attributes`);
    } else this.#put(endpoint, topicArn, parcel, lost);
  }

  /** Puts it into a queue whose policy lets the topic. */
  #put(queueArn: string, topicArn: string, parcel: Parcel, refused: (reason: string) => void): void {
    const queue = this.#props.queues.byArn(queueArn);
    if (queue === undefined) {
      refused('there is no such queue');
      return;
    }
    const decided = ({ allowed, reason }: Answer) => {
      try {
        if (!allowed) throw new Error(`its policy does not let ${topicArn} send: ${reason}`);
        queue.send({ body: parcel.body, attributes: queueAttributes(parcel), senderId: SENDER });
      } catch (fault) {
        refused((fault as Error).message);
      }
    };
    const answer = this.#props.consent.of({ service: SENDER, sourceArn: topicArn, queue });
    if (answer instanceof Promise) this.#run(answer.then(decided));
    else decided(answer);
  }

  #attempt(subscription: Subscription, parcel: Parcel, policy: DeliveryPolicy, delays: readonly number[]): void {
    const { endpoint: url } = subscription;
    const headers = headersOf(parcel, subscription, policy.requestPolicy.headerContentType);
    const attempt = async () => {
      const answer = await post({ url, headers, body: parcel.body }, this.#end.signal);
      if (answer === 'delivered' || this.#end.signal.aborted) return;
      const [delay, ...later] = delays;
      if (answer === 'refused') this.#undeliverable(subscription, parcel, 'the endpoint refused it');
      else if (delay === undefined) this.#undeliverable(subscription, parcel, 'the endpoint took no attempt');
      else this.#later(delay, () => this.#attempt(subscription, parcel, policy, later));
    };
    this.#run(attempt());
  }

  #run(work: Promise<void>): void {
    const running = work.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #later(milliseconds: number, run: () => void): void {
    const cancel = this.#props.clock.after(milliseconds, () => {
      this.#waiting.delete(cancel);
      run();
    });
    this.#waiting.add(cancel);
  }

  /** To the subscription's dead-letter queue, if it has one. */
  #undeliverable(subscription: Subscription, parcel: Parcel, reason: string): void {
    const { endpoint, topicArn, settings } = subscription;
    const { deadLetterQueueArn } = settings;
    if (parcel.type !== 'Notification' || deadLetterQueueArn === undefined) this.#lose(parcel, endpoint, reason);
    else this.#put(deadLetterQueueArn, topicArn, parcel, (why) => this.#lose(parcel, deadLetterQueueArn, why));
  }

  #lose({ type, id }: Parcel, endpoint: string, reason: string): void {
    this.#props.log(`SNS did not deliver ${type} ${id} to ${endpoint.replace(/:[^/@:]*@/, ':****@')}: ${reason}`);
  }
}
