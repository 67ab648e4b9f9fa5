import type { Cancel, Clock } from '../clock.ts';
import type { ReceivedMessage } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import { failedMessages } from './batch-response.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { type SqsEvent, sqsEvent } from './sqs-event.ts';

export interface EventSourceMappingProps {
  readonly queue: Queue;
  readonly settings: MappingSettings;
  readonly clock: Clock;
  /** Runs the function. What it throws fails the whole batch. */
  readonly invoke: (event: SqsEvent) => Promise<unknown>;
}

export interface MappingCounts {
  /** Invocations under way. */
  readonly running: number;
  readonly mostAtOnce: number;
  readonly batches: number;
  /** Deliveries; a message that comes back counts again. */
  readonly messages: number;
  /** Time of all invocations that have ended. */
  readonly milliseconds: number;
  /** Messages left to their visibility time-out. */
  readonly failed: number;
}

/** Lambda's limit for the event of an invocation; what is left of 6 MB for the bodies. */
const MAXIMUM_BODIES_BYTES = 5_000_000;

/** Invokes a function with the messages of a queue, a few batches at once, and deletes those that it processed. */
export class EventSourceMapping {
  readonly #props: EventSourceMappingProps;
  readonly #counts = { running: 0, mostAtOnce: 0, batches: 0, messages: 0, milliseconds: 0, failed: 0 };
  readonly #invocations = new Set<Promise<void>>();
  readonly #unlisten: Cancel;
  /** Received, and waiting for the batching window to fill them up. */
  #gathered: ReceivedMessage[] = [];
  #cancelWindow: Cancel | undefined;
  #polling = false;
  #closed = false;
  #abandoned = false;

  constructor(props: EventSourceMappingProps) {
    this.#props = props;
    this.#unlisten = props.queue.onVisible(() => this.#wake());
    this.#wake();
  }

  get counts(): MappingCounts {
    return { ...this.#counts };
  }

  /**
   * Takes no more messages. What was received and not invoked comes back after its visibility time-out.
   * @param running whether to wait for what is running; abandoned invocations delete nothing any more
   */
  async close(running: 'finish' | 'abandon' = 'finish'): Promise<void> {
    this.#closed = true;
    this.#unlisten();
    this.#cancelWindow?.();
    if (running === 'abandon') this.#abandoned = true;
    else await Promise.all(this.#invocations);
  }

  /** Soon: what is sent together is received together. */
  #wake(): void {
    if (this.#polling || this.#closed) return;
    this.#polling = true;
    queueMicrotask(() => {
      this.#polling = false;
      this.#poll();
    });
  }

  #poll(): void {
    const { settings, queue, clock } = this.#props;
    while (!this.#closed && this.#counts.running < settings.maximumConcurrency) {
      const received = queue.receive(settings.batchSize - this.#gathered.length);
      this.#gathered.push(...received);
      const full = this.#gathered.length >= settings.batchSize || bytesOf(this.#gathered) >= MAXIMUM_BODIES_BYTES;
      const open = settings.batchingWindowSeconds > 0 && !full;
      if (this.#gathered.length > 0 && open) {
        this.#cancelWindow ??= clock.after(settings.batchingWindowSeconds * 1000, () => this.#start());
        return;
      }
      if (this.#gathered.length === 0) return;
      this.#start();
    }
  }

  #start(): void {
    this.#cancelWindow?.();
    this.#cancelWindow = undefined;
    const batch = this.#gathered;
    this.#gathered = [];
    this.#counts.batches++;
    this.#counts.messages += batch.length;
    this.#counts.running++;
    this.#counts.mostAtOnce = Math.max(this.#counts.mostAtOnce, this.#counts.running);
    const begun = this.#props.clock.now();
    const invocation: Promise<void> = this.#invoke(batch).finally(() => {
      this.#counts.milliseconds += this.#props.clock.now() - begun;
      this.#invocations.delete(invocation);
      this.#counts.running--;
      this.#wake();
    });
    this.#invocations.add(invocation);
  }

  async #invoke(batch: readonly ReceivedMessage[]): Promise<void> {
    const { queue, settings, invoke } = this.#props;
    const ids = batch.map(({ id }) => id);
    const failed = await Promise.resolve(sqsEvent(queue.arn, batch))
      .then(invoke)
      .then(
        (answer) => (settings.reportsBatchItemFailures ? failedMessages(answer, ids) : new Set<string>()),
        () => new Set(ids),
      );
    if (this.#abandoned) return;
    this.#counts.failed += failed.size;
    for (const { id, receiptHandle } of batch) if (!failed.has(id)) queue.delete(receiptHandle);
  }
}

function bytesOf(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((total, { body }) => total + Buffer.byteLength(body), 0);
}
