import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../clock.ts';
import type { NamedPolicy } from '../iam/principals.ts';
import { createMessage, type Message, type OutgoingMessage, type ReceivedMessage, sizeOf } from './message.ts';
import { QueueFault } from './queue-fault.ts';
import type { QueueSettings } from './queue-settings.ts';

/**
 * What becomes of a message that is about to be received: `twice` is delivered and at once visible again, `later` is
 * not delivered for a second, `unseen` is received by somebody who never answers, `lost` is never delivered.
 */
export type Delivery = 'deliver' | 'twice' | 'later' | 'unseen' | 'lost';

export type Place = 'visible' | 'delayed' | 'inFlight';

export interface QueueProps {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly settings: QueueSettings;
  /** Who else may use it. */
  readonly policy?: NamedPolicy | undefined;
  readonly clock: Clock;
  readonly queueByArn: (arn: string) => Queue | undefined;
  /** For tests; default: always `deliver`. */
  readonly onDeliver?: ((message: Readonly<Message>, queue: Queue) => Delivery) | undefined;
}

interface Held {
  readonly message: Message;
  place: Place;
  /** Of its last delivery. */
  receiptHandle: string;
  deliveredAt: number;
  /** Ends the delay or the time in flight. */
  cancelReturn: Cancel;
  readonly cancelExpiry: Cancel;
}

const LATER_MILLISECONDS = 1000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAXIMUM_IN_FLIGHT = 120_000;
const MAXIMUM_VISIBILITY_SECONDS = 43_200;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: SQS takes no others
const FORBIDDEN_CHARACTER = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const nothing: Cancel = () => undefined;

/** A standard queue: nothing is delivered while it is in flight, and nothing is gone before its retention ends. */
export class Queue {
  readonly #props: QueueProps;
  /** By message id. */
  readonly #held = new Map<string, Held>();
  /** The visible ones, in the order of delivery. */
  readonly #visible = new Set<Held>();
  readonly #listeners = new Set<() => void>();
  readonly #counts: Record<Place, number> = { visible: 0, delayed: 0, inFlight: 0 };

  #settings: QueueSettings;
  #policy: NamedPolicy | undefined;

  constructor(props: QueueProps) {
    this.#props = props;
    this.#settings = props.settings;
    this.#policy = props.policy;
  }

  get name(): string {
    return this.#props.name;
  }

  get arn(): string {
    return this.#props.arn;
  }

  get url(): string {
    return this.#props.url;
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  get policy(): NamedPolicy | undefined {
    return this.#policy;
  }

  /** For what is sent and received from now on. */
  configure(settings: QueueSettings, policy: NamedPolicy | undefined): void {
    this.#settings = settings;
    this.#policy = policy;
  }

  get counts(): Readonly<Record<Place, number>> {
    return { ...this.#counts };
  }

  /** The oldest first. */
  messages(place?: Place): readonly Readonly<Message>[] {
    const held = [...this.#held.values()].filter((one) => place === undefined || one.place === place);
    return held.map(({ message }) => message);
  }

  /** Called whenever a message becomes visible. */
  onVisible(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws QueueFault MissingParameter, InvalidMessageContents, InvalidParameterValue */
  send(outgoing: OutgoingMessage): Readonly<Message> {
    const { maximumMessageBytes, delaySeconds } = this.settings;
    if (outgoing.body === '') {
      throw new QueueFault('MissingParameter', 'The request must contain the parameter MessageBody.');
    }
    if (FORBIDDEN_CHARACTER.test(outgoing.body)) {
      throw new QueueFault('InvalidMessageContents', 'Invalid characters found in the message.');
    }
    if (sizeOf(outgoing) > maximumMessageBytes) {
      const message = `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageBytes} bytes.`;
      throw new QueueFault('InvalidParameterValue', message);
    }
    const message = createMessage(outgoing, this.#props.clock.now());
    this.#add(message, outgoing.delaySeconds ?? delaySeconds);
    return message;
  }

  /** @param visibilitySeconds default: the queue's */
  receive(maximum: number, visibilitySeconds = this.settings.visibilitySeconds): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    // What becomes visible again meanwhile waits for the next call.
    let left = this.#visible.size;
    for (const held of this.#visible) {
      if (left-- === 0 || received.length >= maximum || this.#counts.inFlight >= MAXIMUM_IN_FLIGHT) break;
      const message = this.#deliver(held, visibilitySeconds * 1000);
      if (message !== undefined) received.push(message);
    }
    return received;
  }

  /**
   * Deletes a message by the handle of its last delivery. An older handle changes nothing, which SQS allows itself too.
   * @throws QueueFault ReceiptHandleIsInvalid
   */
  delete(receiptHandle: string): void {
    const held = this.#held.get(messageOf(receiptHandle));
    if (held?.receiptHandle === receiptHandle) this.#remove(held);
  }

  /** @throws QueueFault ReceiptHandleIsInvalid, MessageNotInflight, InvalidParameterValue */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const held = this.#held.get(messageOf(receiptHandle));
    if (held?.receiptHandle !== receiptHandle || held.place !== 'inFlight') {
      throw new QueueFault('MessageNotInflight', 'The message is not in flight.');
    }
    const inFlightFor = (this.#props.clock.now() - held.deliveredAt) / 1000 + seconds;
    if (!(seconds >= 0 && inFlightFor <= MAXIMUM_VISIBILITY_SECONDS)) {
      const message = `Total VisibilityTimeout for the message is beyond the limit [${MAXIMUM_VISIBILITY_SECONDS} seconds]`;
      throw new QueueFault('InvalidParameterValue', message);
    }
    this.#hide(held, 'inFlight', seconds * 1000);
  }

  purge(): void {
    for (const held of [...this.#held.values()]) this.#remove(held);
  }

  /** Ends its timers. */
  close(): void {
    this.#listeners.clear();
    this.purge();
  }

  #deliver(held: Held, visibilityMilliseconds: number): ReceivedMessage | undefined {
    const { clock, queueByArn, onDeliver } = this.#props;
    const { message } = held;
    const { redrive } = this.settings;
    if (redrive !== undefined && message.receiveCount >= redrive.maximumReceives) {
      const deadLetters = queueByArn(redrive.deadLetterQueueArn);
      if (deadLetters !== undefined) {
        this.#remove(held);
        message.deadLetterSource = this.arn;
        deadLetters.#add(message, 0);
        return undefined;
      }
    }
    const delivery = onDeliver?.(message, this) ?? 'deliver';
    if (delivery === 'later' || delivery === 'lost') {
      this.#hide(held, 'inFlight', delivery === 'later' ? LATER_MILLISECONDS : Number.POSITIVE_INFINITY);
      return undefined;
    }
    message.receiveCount++;
    message.firstReceivedAt ??= clock.now();
    held.deliveredAt = clock.now();
    held.receiptHandle = handleFor(message);
    const delivered = { ...message, receiptHandle: held.receiptHandle };
    this.#hide(held, 'inFlight', delivery === 'twice' ? 0 : visibilityMilliseconds);
    return delivery === 'unseen' ? undefined : delivered;
  }

  #add(message: Message, delaySeconds: number): void {
    const { clock } = this.#props;
    // Also in a dead-letter queue the age counts from when it was first sent.
    const left = message.sentAt + this.settings.retentionSeconds * 1000 - clock.now();
    const held: Held = {
      message,
      place: 'delayed',
      receiptHandle: '',
      deliveredAt: 0,
      cancelReturn: nothing,
      cancelExpiry: clock.after(left, () => this.#remove(held)),
    };
    this.#held.set(message.id, held);
    this.#counts.delayed++;
    this.#hide(held, 'delayed', delaySeconds * 1000);
  }

  #hide(held: Held, place: Place, milliseconds: number): void {
    held.cancelReturn();
    held.cancelReturn = nothing;
    this.#visible.delete(held);
    this.#put(held, place);
    if (milliseconds <= 0) this.#show(held);
    else if (milliseconds < Number.POSITIVE_INFINITY) {
      held.cancelReturn = this.#props.clock.after(milliseconds, () => this.#show(held));
    }
  }

  #show(held: Held): void {
    this.#put(held, 'visible');
    this.#visible.add(held);
    for (const listener of this.#listeners) listener();
  }

  #put(held: Held, place: Place): void {
    this.#counts[held.place]--;
    held.place = place;
    this.#counts[place]++;
  }

  #remove(held: Held): void {
    held.cancelReturn();
    held.cancelExpiry();
    this.#visible.delete(held);
    if (this.#held.delete(held.message.id)) this.#counts[held.place]--;
  }
}

function handleFor({ id }: Message): string {
  return Buffer.from(`${id} ${randomUUID()}`).toString('base64');
}

function messageOf(receiptHandle: string): string {
  const [, id] = /^([0-9a-f-]{36}) [0-9a-f-]{36}$/.exec(Buffer.from(receiptHandle, 'base64').toString()) ?? [];
  if (id !== undefined) return id;
  throw new QueueFault('ReceiptHandleIsInvalid', `The input receipt handle "${receiptHandle}" is not a valid handle.`);
}
