import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MovableClock } from '../../../emulator/clock.ts';
import { EventSourceMapping } from '../../../emulator/lambda/event-source-mapping.ts';
import { mappingSettings } from '../../../emulator/lambda/mapping-settings.ts';
import type { SqsEvent } from '../../../emulator/lambda/sqs-event.ts';
import type { Queue } from '../../../emulator/sqs/queue.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

const START = Date.parse('2026-11-26T00:00:00Z');
const ARN = 'arn:aws:sqs:us-east-1:000000000000:q';
const VISIBILITY_MILLISECONDS = 60_000;
const REPORTS = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

interface Invocation {
  readonly event: SqsEvent;
  readonly answer: (value?: unknown) => void;
  readonly fail: () => void;
}

let clock: MovableClock;
let queue: Queue;
let invocations: Invocation[];
let mapping: EventSourceMapping | undefined;
beforeEach(() => {
  clock = new MovableClock({ stoppedAt: START });
  queue = new Queues({ clock }).create({ arn: ARN, ref: 'q', properties: { VisibilityTimeout: 60 } });
  invocations = [];
});
afterEach(() => mapping?.close('abandon'));

function start(properties = {}): EventSourceMapping {
  mapping = new EventSourceMapping({
    queue,
    clock,
    settings: mappingSettings(properties),
    invoke: (event) =>
      new Promise((resolve, reject) => {
        invocations.push({ event, answer: resolve, fail: () => reject(new Error('broken')) });
      }),
  });
  return mapping;
}
const settled = () => clock.advance(0);
async function send(...bodies: string[]): Promise<void> {
  for (const body of bodies) queue.send({ body });
  await settled();
}
const bodiesOf = ({ event }: Invocation) => event.Records.map(({ body }) => body);
const batches = () => invocations.map(bodiesOf);

describe('batches', () => {
  it('have Lambda’s event', async () => {
    start();
    queue.send({
      body: 'größer',
      senderId: 'Scan',
      attributes: { Kind: { DataType: 'String', StringValue: 'upload' } },
    });
    await settled();
    expect(invocations[0]?.event).toEqual({
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: 'größer',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: String(START),
            SenderId: 'Scan',
            ApproximateFirstReceiveTimestamp: String(START),
          },
          messageAttributes: {
            Kind: { stringValue: 'upload', stringListValues: [], binaryListValues: [], dataType: 'String' },
          },
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          md5OfBody: '3b1f5bccdd98086ae8f1852fd2aabe54',
          eventSource: 'aws:sqs',
          eventSourceARN: ARN,
          awsRegion: 'us-east-1',
        },
      ],
    });
  });

  it('hold at most BatchSize messages, and run at most MaximumConcurrency at once', async () => {
    const { counts } = start({ BatchSize: 2, ScalingConfig: { MaximumConcurrency: 2 } });
    expect(counts).toEqual({ running: 0, mostAtOnce: 0, batches: 0, messages: 0, milliseconds: 0, failed: 0 });
    await send('a', 'b', 'c', 'd', 'e');
    expect(batches()).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    invocations[1]?.answer();
    await settled();
    expect(batches()[2]).toEqual(['e']);
    expect(mapping?.counts).toEqual({ running: 2, mostAtOnce: 2, batches: 3, messages: 5, milliseconds: 0, failed: 0 });
  });

  it('are taken from what waits already', async () => {
    await send('a');
    start();
    await settled();
    expect(batches()).toEqual([['a']]);
  });

  it('wait for the batching window, or until they are full', async () => {
    start({ BatchSize: 3, MaximumBatchingWindowInSeconds: 5 });
    await send('a');
    await clock.advance(4999);
    await send('b');
    expect(batches()).toEqual([]);
    await clock.advance(1);
    expect(batches()).toEqual([['a', 'b']]);
    await send('c', 'd', 'e', 'f');
    expect(batches()).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    await clock.advance(5000);
    expect(batches()[2]).toEqual(['f']);
  });
});

describe('a batch', () => {
  it('that was processed is deleted', async () => {
    start();
    await send('a', 'b');
    invocations[0]?.answer('anything, without ReportBatchItemFailures');
    await settled();
    expect(queue.messages()).toEqual([]);
  });

  it('that failed comes back after its visibility time-out, as a whole', async () => {
    start(REPORTS);
    await send('a', 'b');
    invocations[0]?.fail();
    await clock.advance(VISIBILITY_MILLISECONDS - 1);
    expect(batches()).toHaveLength(1);
    await clock.advance(1);
    expect(batches()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    const again = invocations[1]?.event.Records[0];
    expect(again?.attributes).toMatchObject({ ApproximateReceiveCount: '2' });
    expect(mapping?.counts.failed).toBe(2);
  });

  it('that failed in part comes back in part', async () => {
    start(REPORTS);
    await send('a', 'b', 'c');
    const itemIdentifier = invocations[0]?.event.Records[1]?.messageId;
    invocations[0]?.answer({ batchItemFailures: [{ itemIdentifier }] });
    await clock.advance(VISIBILITY_MILLISECONDS);
    expect(batches()).toEqual([['a', 'b', 'c'], ['b']]);
  });

  it('whose function is late is delivered a second time; what the first deletes then stays', async () => {
    start();
    await send('a');
    await clock.advance(VISIBILITY_MILLISECONDS);
    expect(batches()).toEqual([['a'], ['a']]);
    invocations[0]?.answer();
    await settled();
    expect(queue.messages()).toHaveLength(1);
    invocations[1]?.answer();
    await settled();
    expect(queue.messages()).toEqual([]);
  });
});

describe('close', () => {
  it('takes no more, and waits for what is running', async () => {
    const closing = start({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await send('a', 'b', 'c');
    let closed = false;
    const ended = closing.close().then(() => {
      closed = true;
    });
    invocations[0]?.answer();
    await send('d');
    expect([closed, batches()]).toEqual([false, [['a'], ['b']]]);
    invocations[1]?.answer();
    await ended;
    expect(queue.messages().map(({ body }) => body)).toEqual(['c', 'd']);
  });

  it('can abandon what is running: it comes back', async () => {
    await start({ MaximumBatchingWindowInSeconds: 5 }).close();
    const closing = start();
    await send('a');
    await closing.close('abandon');
    invocations[0]?.answer();
    await clock.advance(VISIBILITY_MILLISECONDS);
    expect(queue.counts).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    expect(batches()).toHaveLength(1);
  });
});

it('in the end every message was processed and none is left, whatever fails', async () => {
  const outcome = fc.constantFrom('done', 'throws', 'first fails', 'unreadable', 'dies');
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { maxLength: 30 }), fc.integer({ min: 2, max: 4 }), async (outcomes, most) => {
      clock = new MovableClock({ stoppedAt: START });
      queue = new Queues({ clock }).create({ arn: ARN, ref: 'q', properties: { VisibilityTimeout: 60 } });
      const processed = new Set<string>();
      const tested = new EventSourceMapping({
        queue,
        clock,
        settings: mappingSettings({ ...REPORTS, BatchSize: 3, ScalingConfig: { MaximumConcurrency: most } }),
        async invoke({ Records }) {
          const next = outcomes.shift() ?? 'done';
          if (next === 'throws') throw new Error('broken');
          if (next === 'unreadable') return { batchItemFailures: [{}] };
          if (next === 'dies') {
            await new Promise<void>((resolve) => clock.after(2 * VISIBILITY_MILLISECONDS, resolve));
            throw new Error('killed');
          }
          const [first] = Records;
          const failed = next === 'first fails' ? [{ itemIdentifier: first?.messageId }] : [];
          for (const { body } of Records.slice(failed.length)) processed.add(body);
          return { batchItemFailures: failed };
        },
      });
      for (let i = 0; i < 20; i++) queue.send({ body: String(i) });
      await clock.advance(40 * 2 * VISIBILITY_MILLISECONDS);
      expect(processed.size).toBe(20);
      expect(queue.messages()).toEqual([]);
      expect(tested.counts.running).toBe(0);
      expect(tested.counts.mostAtOnce).toBeLessThanOrEqual(most);
      await tested.close();
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 50 },
  );
});
