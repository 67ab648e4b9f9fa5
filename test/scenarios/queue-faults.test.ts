import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { MovableClock } from '../../emulator/clock.ts';
import type { Delivery } from '../../emulator/sqs/queue.ts';
import { Airlock, leftovers, SCANNED } from '../support/airlock.ts';

/** What SQS may do to a message, and what becomes of the upload that waits for it. */
const HOUR = 3_600_000;
const clock = new MovableClock();
let airlock: Airlock;
/** Of the first delivery of the next message. */
let next: Delivery = 'deliver';
let delivered = 0;

beforeAll(async () => {
  airlock = await Airlock.start({
    clock,
    airlock: { buckets: [{ name: 'uploads' }], engine: { maxWaitHours: 1 } },
    onDeliverMessage(_, { name }) {
      if (!isScanQueue(name)) return 'deliver';
      const delivery = next;
      next = 'deliver';
      delivered += 1;
      return delivery;
    },
  });
});
afterEach(() => airlock.beforeInvocation(undefined));
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

/** How often the object is scanned. */
function countScans(): () => number {
  let scans = 0;
  airlock.beforeInvocation(({ task }) => {
    if (task === 'scan-object') scans += 1;
  });
  return () => scans;
}

const isScanQueue = (name: string) => name.includes('ScanObjectQueue');

const queued = () =>
  airlock.pipeline.queues
    .all()
    .filter(({ name }) => isScanQueue(name))
    .reduce((sum, { counts }) => sum + counts.visible + counts.inFlight + counts.delayed, 0);

it('a message that comes twice is scanned twice and has one verdict', async () => {
  const scans = countScans();
  next = 'twice';
  const { result, tags, messages } = await airlock.upload('twice.txt', 'all is well');
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED, retries: {} });
  expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(messages).toHaveLength(1);
  while (queued() > 0) await new Promise(setImmediate);
  expect(scans()).toBe(2);
});

it.each([
  ['later', 1000],
  ['unseen', 1_800_000],
] as const)('a message that comes %s is scanned then', async (delivery, milliseconds) => {
  const scans = countScans();
  next = delivery;
  const before = delivered;
  const upload = await airlock.begin(`${delivery}.txt`, 'all is well');
  while (delivered === before) await new Promise(setImmediate);
  expect(scans()).toBe(0);
  await clock.advance(milliseconds);
  const { result, tags } = await airlock.outcome(upload);
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED });
  expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
});

it('a message that is lost is missed when the execution has waited as long as it may', async () => {
  next = 'lost';
  const before = delivered;
  const upload = await airlock.begin('lost.txt', 'all is well');
  while (delivered === before) await new Promise(setImmediate);
  await clock.advance(HOUR);
  const { result, tags, messages } = await airlock.outcome(upload);
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'States.Timeout' });
  expect(messages).toMatchObject([{ body: { status: 'ERROR' } }]);
});

it('an answer that comes too late changes nothing', async () => {
  const late = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  airlock.beforeInvocation(async ({ task }) => {
    if (task !== 'scan-object') return;
    begun.resolve();
    await late.promise;
  });
  const lost = queued();
  const upload = await airlock.begin('late.txt', 'all is well');
  await begun.promise;
  await clock.advance(HOUR);
  const { result, tags } = await airlock.outcome(upload);
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  late.resolve();
  while (queued() > lost) await new Promise(setImmediate);
  expect(await airlock.tags(upload)).toEqual(tags);
});
