import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { MovableClock } from '../../emulator/clock.ts';
import { eicar } from '../../local/samples.ts';
import { Airlock, leftovers, objectOf, SCANNED, VERSIONED } from '../support/airlock.ts';

/** EXPRESS executions that find no engine hand over to STANDARD ones, which wait for one. */
let airlock: Airlock;
const overflowed: { name: string; result: Promise<{ arn: string; status: string; states: readonly string[] }> }[] = [];
const clock = new MovableClock();
/** Of the queue of scans. */
const VISIBILITY_MILLISECONDS = 1_800_000;
const MAX_RECEIVE_COUNT = 5;

const THROTTLED = {
  'check-file-type': ['Check File Type', 'Start Overflow', 'Overflowed'],
  'scan-object': ['Check File Type', 'Scan Needed', 'Scan Object', 'Start Overflow', 'Overflowed'],
} as const;
type Throttled = keyof typeof THROTTLED;

beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: { workflow: 'EXPRESS', buckets: [{ name: VERSIONED }] },
    clock,
    onExecution({ name, result }, { stateMachine }) {
      if (stateMachine === 'scan-upload') overflowed.push({ name, result });
    },
  });
});
afterEach(() => {
  airlock.beforeInvocation(undefined);
  overflowed.length = 0;
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

/** The first call for each object finds no room; gives the functions that were called, and with what. */
function throttle(throttled: Throttled) {
  const seen = new Set<string>();
  const called: string[] = [];
  airlock.beforeInvocation(({ task, payload }) => {
    const object = objectOf(payload);
    if (object !== undefined) called.push(task);
    if (task !== throttled || object === undefined || seen.has(object.key)) return;
    seen.add(object.key);
    throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
  });
  return called;
}

async function overflow() {
  while (overflowed.length === 0) await new Promise(setImmediate);
  const [{ name, result } = { name: '', result: Promise.reject(new Error('none')) }] = overflowed;
  return { name, result: await result };
}

it('what finds an engine needs no other execution', async () => {
  const { result, tags } = await airlock.upload('at-once.txt', 'all is well');
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED });
  expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
  await airlock.pipeline.idle();
  expect(overflowed).toEqual([]);
});

it.each<[string, Throttled, string | Buffer]>([
  ['CLEAN', 'scan-object', 'all is well'],
  ['INFECTED', 'scan-object', eicar()],
  ['CLEAN', 'check-file-type', 'all is well'],
  ['INFECTED', 'check-file-type', eicar()],
])('what finds none is %s by a STANDARD execution of the same name: no room for %s', async (status, task, body) => {
  const called = throttle(task);
  const upload = await airlock.begin(`${status}-${task}.txt`, body);
  // Not one retry: it has five minutes.
  expect(await upload.execution.result).toMatchObject({ status: 'SUCCEEDED', states: THROTTLED[task], retries: {} });
  const { name, result } = await overflow();
  expect(name).toBe(upload.execution.name);
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED });
  expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': status });
  expect(airlock.toldBy(result.arn).messages).toHaveLength(1);
  // The engines of direct calls have no part in it.
  const scans = called.filter((word) => word.startsWith('scan-'));
  expect(scans).toEqual([...(task === 'scan-object' ? [task] : []), 'scan-waiting-object']);
});

it('what kills its workers is abandoned after five, however busy direct calls are', async () => {
  const seen = new Set<string>();
  let died = Promise.withResolvers<void>();
  let deaths = 0;
  airlock.beforeInvocation(({ task }) => {
    if (task === 'scan-object' && !seen.has(task)) {
      seen.add(task);
      throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
    }
    if (task !== 'scan-waiting-object') return;
    deaths += 1;
    died.resolve();
    throw Object.assign(new Error('out of memory'), { name: 'Runtime.ExitError' });
  });
  const killer = await airlock.begin('killer.txt', 'all is well');
  while (overflowed.length === 0) await new Promise(setImmediate);
  for (let times = 0; times < MAX_RECEIVE_COUNT; times += 1) {
    await died.promise;
    died = Promise.withResolvers();
    expect((await airlock.upload(`beside-${times}.txt`, 'all is well')).tags).toMatchObject({ 'scan-status': 'CLEAN' });
    await clock.advance(VISIBILITY_MILLISECONDS);
  }
  expect(await overflowed[0]?.result).toMatchObject({ status: 'FAILED', error: 'ScanAbandoned' });
  expect(deaths).toBe(MAX_RECEIVE_COUNT);
  expect(await airlock.tags(killer)).toMatchObject({ 'scan-status': 'ERROR' });
});

it('what cannot be handed over is an error like any other', async () => {
  throttle('scan-object');
  const queue = airlock.pipeline.queues.all().find(({ name }) => name.includes('StartOverflow'));
  const send = queue?.send.bind(queue);
  Object.assign(queue ?? {}, {
    send: () => {
      throw Object.assign(new Error('no'), { name: 'SQS.AmazonSQSException' });
    },
  });
  const { result, tags } = await airlock.upload('nowhere.txt', 'all is well');
  Object.assign(queue ?? {}, { send });
  expect(result).toMatchObject({ status: 'FAILED', retries: { 'Start Overflow': 6 } });
  expect(tags).toMatchObject({ 'scan-status': 'ERROR' });
});
