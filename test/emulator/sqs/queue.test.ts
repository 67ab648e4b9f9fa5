import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MovableClock } from '../../../emulator/clock.ts';
import type { ReceivedMessage } from '../../../emulator/sqs/message.ts';
import type { Delivery, Queue } from '../../../emulator/sqs/queue.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const START = 1_000_000;

let clock: MovableClock;
let queues: Queues;
let deliveries: Delivery[];
beforeEach(() => {
  clock = new MovableClock({ stoppedAt: START });
  deliveries = [];
  queues = new Queues({ clock, onDeliver: () => deliveries.shift() ?? 'deliver' });
});

const create = (name = 'q', properties = {}): Queue =>
  queues.create({ arn: arnOf(name), ref: `http://sqs/000000000000/${name}`, properties });
const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body);
const one = (queue: Queue): ReceivedMessage => {
  const [message] = queue.receive(1);
  if (message === undefined) throw new Error('nothing was received');
  return message;
};

describe('a message', () => {
  it('is invisible after its delivery, and comes back when nobody deletes it', async () => {
    const queue = create('q', { VisibilityTimeout: 60 });
    queue.send({ body: 'a' });
    expect(queue.counts).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    expect(one(queue)).toMatchObject({ body: 'a', receiveCount: 1, sentAt: START, firstReceivedAt: START });
    expect(queue.counts).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    await clock.advance(59_999);
    expect(queue.receive(10)).toEqual([]);
    await clock.advance(1);
    const again = one(queue);
    expect(again).toMatchObject({ receiveCount: 2, firstReceivedAt: START });
    queue.delete(again.receiptHandle);
    expect(queue.messages()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is deleted by the handle of its last delivery only, also after its time in flight', async () => {
    const queue = create('q', { VisibilityTimeout: 60 });
    queue.send({ body: 'a' });
    const first = one(queue);
    await clock.advance(60_000);
    const second = one(queue);
    queue.delete(first.receiptHandle);
    expect(queue.messages()).toHaveLength(1);
    await clock.advance(60_000);
    queue.delete(second.receiptHandle);
    queue.delete(second.receiptHandle);
    expect(queue.counts).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(() => queue.delete('of nothing')).toThrow(expect.objectContaining({ name: 'ReceiptHandleIsInvalid' }));
  });

  it('waits for its delay, or the queue’s', async () => {
    const queue = create('q', { DelaySeconds: 30 });
    queue.send({ body: 'by the queue' });
    queue.send({ body: 'own', delaySeconds: 10 });
    queue.send({ body: 'none', delaySeconds: 0 });
    expect(queue.counts).toEqual({ visible: 1, inFlight: 0, delayed: 2 });
    await clock.advance(10_000);
    expect(bodies(queue.receive(10))).toEqual(['none', 'own']);
    await clock.advance(20_000);
    expect(bodies(queue.receive(10))).toContain('by the queue');
  });

  it('is gone when its retention ends, in flight too', async () => {
    const queue = create('q', { MessageRetentionPeriod: 60, VisibilityTimeout: 3600 });
    queue.send({ body: 'in flight' });
    queue.send({ body: 'visible' });
    queue.receive(1);
    await clock.advance(59_999);
    expect(queue.messages()).toHaveLength(2);
    await clock.advance(1);
    expect(queue.messages()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('can be kept longer, or given back', async () => {
    const queue = create('q', { VisibilityTimeout: 60 });
    queue.send({ body: 'a' });
    const first = one(queue);
    await clock.advance(50_000);
    queue.changeVisibility(first.receiptHandle, 100);
    await clock.advance(99_999);
    expect(queue.receive(1)).toEqual([]);
    queue.changeVisibility(first.receiptHandle, 0);
    const second = one(queue);
    const notInFlight = expect.objectContaining({ name: 'MessageNotInflight' });
    expect(() => queue.changeVisibility(first.receiptHandle, 0)).toThrow(notInFlight);
    // Twelve hours at most, counted from the delivery.
    await clock.advance(1000);
    queue.changeVisibility(second.receiptHandle, 43_199);
    const tooLong = expect.objectContaining({ name: 'InvalidParameterValue' });
    expect(() => queue.changeVisibility(second.receiptHandle, 43_200)).toThrow(tooLong);
    queue.delete(second.receiptHandle);
    expect(() => queue.changeVisibility(second.receiptHandle, 1)).toThrow(notInFlight);
  });

  it.each([
    ['without a body', '', 'MissingParameter'],
    ['with a control character', '\u0000', 'InvalidMessageContents'],
    ['with half a character', '\ud800', 'InvalidMessageContents'],
    ['that is too long', 'x'.repeat(1025), 'InvalidParameterValue'],
  ])('%s is refused', (_, body, name) => {
    const queue = create('q', { MaximumMessageSize: 1024 });
    expect(() => queue.send({ body })).toThrow(expect.objectContaining({ name }));
  });
});

it('what nobody could process goes to the dead-letter queue, with its id, age and count', async () => {
  const dead = create('dead', { MessageRetentionPeriod: 1000 });
  const RedrivePolicy = { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 };
  const queue = create('q', { VisibilityTimeout: 60, RedrivePolicy });
  let told = 0;
  dead.onVisible(() => told++);
  const { id } = queue.send({ body: 'a' });
  for (let i = 0; i < 2; i++) {
    one(queue);
    await clock.advance(60_000);
  }
  expect(told).toBe(0);
  expect(queue.receive(1)).toEqual([]);
  expect(told).toBe(1);
  expect(queue.messages()).toEqual([]);
  expect(one(dead)).toMatchObject({ id, receiveCount: 3, sentAt: START, deadLetterSource: queue.arn });
  await clock.advance(879_999);
  expect(dead.messages()).toHaveLength(1);
  await clock.advance(1);
  expect(dead.messages()).toEqual([]);
});

describe('faults', () => {
  const send = (...all: string[]) => {
    const queue = create('q', { VisibilityTimeout: 60 });
    for (const body of all) queue.send({ body });
    return queue;
  };

  it('twice: it is delivered and still visible', () => {
    const queue = send('a');
    deliveries = ['twice'];
    const first = one(queue);
    const second = one(queue);
    expect(second).toMatchObject({ id: first.id, receiveCount: 2 });
    queue.delete(second.receiptHandle);
    expect(queue.messages()).toEqual([]);
  });

  it('later: others overtake it, and it is not counted', async () => {
    const queue = send('a', 'b');
    deliveries = ['later'];
    expect(bodies(queue.receive(2))).toEqual(['b']);
    await clock.advance(1000);
    expect(one(queue)).toMatchObject({ body: 'a', receiveCount: 1 });
  });

  it('unseen: it is counted, and comes back after its time in flight', async () => {
    const queue = send('a');
    deliveries = ['unseen'];
    expect(queue.receive(1)).toEqual([]);
    await clock.advance(60_000);
    expect(one(queue)).toMatchObject({ receiveCount: 2 });
  });

  it('lost: it is in flight until its retention ends', async () => {
    const queue = send('a');
    deliveries = ['lost'];
    expect(queue.receive(1)).toEqual([]);
    await clock.advance(345_599_999);
    expect(queue.counts).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    await clock.advance(1);
    expect(queue.messages()).toEqual([]);
  });
});

describe('queues', () => {
  it.each([
    [{ VisibilityTimeout: 43_201 }, 'queue q: VisibilityTimeout must be between 0 and 43200'],
    [{ DelaySeconds: -1 }, 'DelaySeconds'],
    [{ MessageRetentionPeriod: 59 }, 'MessageRetentionPeriod'],
    [{ RedrivePolicy: { maxReceiveCount: 3 } }, 'RedrivePolicy'],
    [{ RedrivePolicy: { deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 0 } }, 'RedrivePolicy'],
    [{ FifoQueue: true }, 'queue q: FifoQueue has no local counterpart'],
  ])('%j is refused', (properties, message) => {
    expect(() => create('q', properties)).toThrow(message);
  });

  it('are created from the template; a dead-letter queue must exist', () => {
    const RedrivePolicy = { deadLetterTargetArn: arnOf('other'), maxReceiveCount: 3 };
    const queue = { logicalId: 'Q', type: 'AWS::SQS::Queue', ref: 'http://x/0/q', arn: arnOf('q') };
    const ofType = (properties: object) => ({ ofType: () => [{ ...queue, properties }], byArn: () => undefined });
    queues.createAll(ofType({ VisibilityTimeout: 5 }));
    expect(queues.byUrl('https://elsewhere/000000000000/q').settings.visibilitySeconds).toBe(5);
    expect(() => queues.createAll(ofType({ RedrivePolicy }))).toThrow(`dead-letter queue ${arnOf('other')}`);
    expect(() => queues.byUrl('http://x/0/none')).toThrow(expect.objectContaining({ name: 'QueueDoesNotExist' }));
  });

  it('close without a timer left', () => {
    create().send({ body: 'a', delaySeconds: 5 });
    queues.close();
    expect(clock.pending).toBe(0);
  });
});

/** Any interleaving of senders, receivers and time: what is handed out, and what is left, is what the rules say. */
it('loses nothing, and hands out nothing that is in flight', async () => {
  const VISIBILITY = 60;
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), delay: fc.constantFrom(0, 0, 30) }),
    fc.record({
      kind: fc.constant('receive' as const),
      maximum: fc.integer({ min: 1, max: 10 }),
      fault: fc.constantFrom<Delivery>('deliver', 'deliver', 'later', 'unseen', 'twice'),
    }),
    fc.record({ kind: fc.constant('delete' as const), nth: fc.nat(20) }),
    fc.record({ kind: fc.constant('extend' as const), nth: fc.nat(20), seconds: fc.integer({ min: 0, max: 120 }) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 90 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      clock = new MovableClock({ stoppedAt: START });
      let fault: Delivery = 'deliver';
      queues = new Queues({ clock, onDeliver: () => fault });
      const queue = create('q', { VisibilityTimeout: VISIBILITY });
      /** By id: when each message is visible again, for all that are not deleted. */
      const expected = new Map<string, number>();
      const handed: ReceivedMessage[] = [];
      const latest = (message: ReceivedMessage) => handed.findLast(({ id }) => id === message.id) === message;
      for (const action of steps) {
        const now = clock.now();
        if (action.kind === 'send') {
          expected.set(queue.send({ body: 'a', delaySeconds: action.delay }).id, now + action.delay * 1000);
        } else if (action.kind === 'receive') {
          fault = action.fault;
          const due = [...expected].filter(([, at]) => at <= now).map(([id]) => id);
          const received = queue.receive(action.maximum);
          for (const message of received) {
            expect(due).toContain(message.id);
            expect(received.filter(({ id }) => id === message.id)).toHaveLength(1);
            handed.push(message);
            expected.set(message.id, fault === 'twice' ? now : now + VISIBILITY * 1000);
          }
          const nobody = fault === 'unseen' || fault === 'later';
          expect(received).toHaveLength(nobody ? 0 : Math.min(action.maximum, due.length));
          if (nobody) for (const id of due) expected.set(id, now + (fault === 'later' ? 1 : VISIBILITY) * 1000);
        } else if (action.kind === 'wait') {
          await clock.advance(action.seconds * 1000);
        } else {
          const message = handed[action.nth];
          if (message === undefined) continue;
          if (action.kind === 'delete') {
            queue.delete(message.receiptHandle);
            // A message that was received by somebody who never answers has a newer handle.
            if (latest(message) && !queue.messages().some(({ id }) => id === message.id)) expected.delete(message.id);
          } else if ((expected.get(message.id) ?? 0) > now && latest(message)) {
            try {
              queue.changeVisibility(message.receiptHandle, action.seconds);
              expected.set(message.id, now + action.seconds * 1000);
            } catch (thrown) {
              expect(thrown).toMatchObject({ name: 'MessageNotInflight' });
            }
          }
        }
        expect(new Set(queue.messages().map(({ id }) => id))).toEqual(new Set(expected.keys()));
        const visible = [...expected.values()].filter((at) => at <= clock.now()).length;
        expect(queue.counts.visible).toBe(visible);
      }
      queues.close();
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 150 },
  );
});
