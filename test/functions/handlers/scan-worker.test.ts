import { describe, expect, it } from '@jest/globals';
import type { Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { AnswerUndelivered, EngineUnavailable, InvalidInput, ObjectGone } from '../../../functions/domain/errors.ts';
import type { TaskAnswers } from '../../../functions/domain/ports.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { scanWorker } from '../../../functions/handlers/scan-worker.ts';
import type { TaskHandler } from '../../../functions/handlers/task.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const clock = () => NOW;
const metrics = { record: () => undefined };
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Scans';
const CLEAN = { status: 'CLEAN', finding: null } as Verdict;

const inputOf = (key: string, maxWaitSeconds?: number) => ({
  bucket: 'uploads',
  object: { key, size: 1, etag: 'e' },
  policy: { maxObjectBytes: 10, allowedTypes: ['*'], onInfected: 'tag', ...(maxWaitSeconds && { maxWaitSeconds }) },
  type: 'text/plain',
});

const recordOf = (key: string, { received = 1, sent = NOW.getTime(), body = {}, wait = 100 } = {}): SQSRecord =>
  ({
    messageId: key,
    body: JSON.stringify({ taskToken: `token of ${key}`, input: inputOf(key, wait), ...body }),
    attributes: { ApproximateReceiveCount: String(received), SentTimestamp: String(sent) },
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE,
  }) as SQSRecord;

const contextWith = (milliseconds: number) => ({ getRemainingTimeInMillis: () => milliseconds }) as Context;
const context = contextWith(100_000);

/** Answers as they were given, and how often the next one fails. */
function recorder(failures = 0) {
  const given: unknown[][] = [];
  let left = failures;
  const take = async (...answer: unknown[]) => {
    left -= 1;
    if (left >= 0) throw new AnswerUndelivered('Step Functions: throttled');
    given.push(answer);
  };
  const answers: TaskAnswers = {
    succeed: (...answer) => take('succeed', ...answer),
    fail: (...answer) => take('fail', ...answer),
  };
  return { given, answers };
}

const keyOf = (input: unknown) => (input as { object: { key: string } }).object.key;

async function work(records: SQSRecord[], scan: TaskHandler<Verdict>, { failures = 0, time = context } = {}) {
  const { given, answers } = recorder(failures);
  const left = await scanWorker(scan, { answers, clock, metrics, queueArn: QUEUE })({ Records: records }, time);
  return { given, left: (left as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe('a worker', () => {
  it('answers each execution of a batch with its own verdict', async () => {
    const scan = async (input: unknown) => ({ ...CLEAN, finding: keyOf(input) });
    const { given, left } = await work([recordOf('a'), recordOf('b')], scan);
    expect(given).toEqual([
      ['succeed', 'token of a', { ...CLEAN, finding: 'a' }],
      ['succeed', 'token of b', { ...CLEAN, finding: 'b' }],
    ]);
    expect(left).toEqual([]);
  });

  it('answers with the name of a fault, which is no reason to scan again', async () => {
    const scan = async (input: unknown) => {
      if (keyOf(input) === 'gone') throw new ObjectGone('deleted');
      if (keyOf(input) === 'sick') throw new EngineUnavailable('no answer');
      if (keyOf(input) === 'bug') throw new TypeError('undefined is no function');
      return CLEAN;
    };
    const { given, left } = await work(
      ['gone', 'sick', 'bug', 'fine'].map((key) => recordOf(key)),
      scan,
    );
    expect(given).toEqual(
      expect.arrayContaining([
        ['fail', 'token of gone', 'ObjectGone', 'deleted'],
        ['fail', 'token of sick', 'EngineUnavailable', 'no answer'],
        ['fail', 'token of bug', 'TypeError', 'undefined is no function'],
        ['succeed', 'token of fine', CLEAN],
      ]),
    );
    expect(left).toEqual([]);
  });

  it('measures which share of its scans fails: not those whose object is gone', async () => {
    const faults: Readonly<Record<string, Error>> = {
      gone: new ObjectGone('deleted'),
      sick: new EngineUnavailable('no answer'),
    };
    const scan = async (input: unknown) => {
      const key = keyOf(input);
      if (key === 'endless') return new Promise<Verdict>(() => {});
      const fault = faults[key];
      if (fault !== undefined) throw fault;
      return CLEAN;
    };
    const measured: unknown[] = [];
    const record = (values: object) => measured.push(...Object.entries(values));
    const worker = scanWorker(scan, { answers: recorder().answers, clock, metrics: { record }, queueArn: QUEUE });
    const Records = ['fine', 'gone', 'sick', 'endless'].map((key) => recordOf(key));
    await worker({ Records }, contextWith(10_050));
    expect(measured.sort()).toEqual([0, 0, 1, 1].map((value) => ['ScanFailed', value]));
  });

  it('answers each as soon as it is done, not when the batch is', async () => {
    const slow = Promise.withResolvers<Verdict>();
    const { given, answers } = recorder();
    const scan = (input: unknown) => (keyOf(input) === 'slow' ? slow.promise : Promise.resolve(CLEAN));
    const batch = scanWorker(scan, { answers, clock, metrics, queueArn: QUEUE })(
      { Records: [recordOf('slow'), recordOf('quick')] },
      context,
    );
    while (given.length === 0) await new Promise(setImmediate);
    expect(given).toEqual([['succeed', 'token of quick', CLEAN]]);
    slow.resolve(CLEAN);
    await batch;
    expect(given).toHaveLength(2);
  });

  it('leaves in the queue what Step Functions took no answer for, and nothing else', async () => {
    const { given, left } = await work([recordOf('a'), recordOf('b')], async () => CLEAN, { failures: 1 });
    expect(left).toHaveLength(1);
    expect(given).toHaveLength(1);
    const all = await work([recordOf('a'), recordOf('b')], async () => CLEAN, { failures: 2 });
    expect(all.left.sort()).toEqual(['a', 'b']);
  });

  it('leaves in the queue what it has no time to finish', async () => {
    const untilCut = (signal?: AbortSignal) =>
      new Promise<Verdict>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const scan: TaskHandler<Verdict> = (input, { signal }) =>
      keyOf(input) === 'endless' ? untilCut(signal) : Promise.resolve(CLEAN);
    const { given, left } = await work([recordOf('endless'), recordOf('quick')], scan, { time: contextWith(10_050) });
    expect(left).toEqual(['endless']);
    expect(given).toEqual([['succeed', 'token of quick', CLEAN]]);
  });

  it.each([
    ['not JSON', { body: '{' }],
    ['no token', { taskToken: '' }],
  ])('leaves a message in the queue that is %s', async (_, wrong) => {
    const record = recordOf('x', { body: wrong });
    if ('body' in wrong) record.body = String(wrong.body);
    const { given, left } = await work([record, recordOf('fine')], async () => CLEAN);
    expect(left).toEqual(['x']);
    expect(given).toEqual([['succeed', 'token of fine', CLEAN]]);
  });

  it('hands an input that it does not understand to the Task, whose fault is the answer', async () => {
    const scan = async (input: unknown) => {
      throw new InvalidInput(JSON.stringify(input));
    };
    const { given, left } = await work([recordOf('newer', { body: { input: { version: 2 } } })], scan);
    expect(given).toEqual([['fail', 'token of newer', 'InvalidInput', '{"version":2}']]);
    expect(left).toEqual([]);
  });

  it('answers nothing that comes from another queue', async () => {
    const foreign = { ...recordOf('foreign'), eventSourceARN: `${QUEUE}2` };
    const { given, left } = await work([foreign, recordOf('own')], async () => CLEAN);
    expect(left).toEqual(['foreign']);
    expect(given).toEqual([['succeed', 'token of own', CLEAN]]);
  });

  it('begins nothing when its time is over', async () => {
    const scanned: string[] = [];
    const scan = async (input: unknown) => {
      scanned.push(keyOf(input));
      return CLEAN;
    };
    const { left } = await work([recordOf('late')], scan, { time: contextWith(10_000) });
    expect([left, scanned]).toEqual([['late'], []]);
  });

  it('scans nothing for which nobody waits any more', async () => {
    const scanned: string[] = [];
    const scan = async (input: unknown) => {
      scanned.push(keyOf(input));
      return CLEAN;
    };
    const sent = (seconds: number) => NOW.getTime() - seconds * 1000;
    const days = 4 * 24 * 3600;
    const { left } = await work(
      [
        recordOf('late', { sent: sent(100) }),
        recordOf('in time', { sent: sent(99) }),
        recordOf('late by default', { sent: sent(days), wait: 0 }),
        recordOf('in time by default', { sent: sent(days - 1), wait: 0 }),
      ],
      scan,
    );
    expect(scanned.sort()).toEqual(['in time', 'in time by default']);
    expect(left).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a scan', inputOf('direct')],
    ['nothing', null],
    ['Records that are no list', { Records: 'all' }],
  ])('refuses a direct call with %s, and scans nothing', async (_, event) => {
    const { given, answers } = recorder();
    const scanned: unknown[] = [];
    const scan = async (input: unknown) => {
      scanned.push(input);
      return CLEAN;
    };
    const worker = scanWorker(scan, { answers, clock, metrics, queueArn: QUEUE });
    await expect(worker(event, context)).rejects.toThrow(InvalidInput);
    expect([given, scanned]).toEqual([[], []]);
  });
});

describe('a scan that is handed out again', () => {
  /** The keys in the order in which their scans began, and the most that ran at once. */
  async function order(records: SQSRecord[]) {
    const begun: string[] = [];
    let [running, most] = [0, 0];
    await work(records, async (input) => {
      begun.push(keyOf(input));
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return CLEAN;
    });
    return { begun, most };
  }

  it('comes behind those that are new, one after the other', async () => {
    const { begun, most } = await order([
      recordOf('again 1', { received: 2 }),
      recordOf('new 1'),
      recordOf('again 2', { received: 5 }),
      recordOf('new 2'),
    ]);
    expect(begun.slice(0, 2)).toEqual(['new 1', 'new 2']);
    expect(begun.slice(2).sort()).toEqual(['again 1', 'again 2']);
    expect(most).toBe(1);
    expect((await order([recordOf('a'), recordOf('b'), recordOf('c')])).most).toBe(3);
  });

  it('has its turn before the others at some time', async () => {
    const firsts = new Set<string | undefined>();
    for (let tries = 0; tries < 100 && firsts.size < 2; tries += 1) {
      firsts.add((await order([recordOf('a', { received: 2 }), recordOf('b', { received: 2 })])).begun[0]);
    }
    expect([...firsts].sort()).toEqual(['a', 'b']);
  });
});

it('every message is answered once, or left in the queue', async () => {
  const message = fc.record({
    received: fc.integer({ min: 1, max: 5 }),
    scan: fc.constantFrom('clean', 'fault', 'undeliverable'),
    late: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 10 }), async (messages) => {
      const given: string[] = [];
      const take = async (token: string) => {
        if (messages[Number(token.split(' ').at(-1))]?.scan === 'undeliverable') throw new AnswerUndelivered('no');
        given.push(token);
      };
      const worker = scanWorker(
        async (input) => {
          if (messages[Number(keyOf(input))]?.scan === 'fault') throw new EngineUnavailable('gone');
          return CLEAN;
        },
        { answers: { succeed: take, fail: take }, clock, metrics, queueArn: QUEUE },
      );
      const records = messages.map(({ received, late }, at) =>
        recordOf(String(at), { received, sent: NOW.getTime() - (late ? 1e6 : 0) }),
      );
      const { batchItemFailures } = (await worker({ Records: records }, context)) as SQSBatchResponse;
      const answered = given.map((token) => token.split(' ').at(-1)).sort();
      const left = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort();
      const indexes = (keep: (each: (typeof messages)[number]) => boolean) =>
        messages.flatMap((each, at) => (keep(each) ? [String(at)] : [])).sort();
      expect(answered).toEqual(indexes(({ late, scan }) => !late && scan !== 'undeliverable'));
      expect(left).toEqual(indexes(({ late, scan }) => !late && scan === 'undeliverable'));
    }),
    { numRuns: 50 },
  );
});
