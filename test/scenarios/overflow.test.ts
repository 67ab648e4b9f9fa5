import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { Airlock, leftovers, SCANNED, VERSIONED } from '../support/airlock.ts';

/** EXPRESS executions that find no engine hand over to STANDARD ones, which wait for one. */
let airlock: Airlock;
const overflowed: { name: string; result: Promise<{ arn: string; status: string; states: readonly string[] }> }[] = [];
const THROTTLED = ['Check Size', 'Check File Type', 'File Type Allowed', 'Scan Object', 'Start Overflow', 'Overflowed'];

beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: { workflow: 'EXPRESS', buckets: [{ name: VERSIONED }] },
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

/** Every direct call finds all engines busy; what comes from the queue is worked on. */
function throttle() {
  const seen = new Set<string>();
  airlock.beforeInvocation(({ task, payload }) => {
    const { object } = payload as { object?: { key: string } };
    if (task !== 'scan-object' || object === undefined || seen.has(object.key)) return;
    seen.add(object.key);
    throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
  });
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

it.each([
  ['CLEAN', 'all is well'],
  ['INFECTED', eicar()],
])('what finds none is %s by a STANDARD execution of the same name', async (status, body) => {
  throttle();
  const upload = await airlock.begin(`${status}.txt`, body);
  expect(await upload.execution.result).toMatchObject({ status: 'SUCCEEDED', states: THROTTLED });
  const { name, result } = await overflow();
  expect(name).toBe(upload.execution.name);
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED });
  expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': status });
  expect(airlock.toldBy(result.arn).messages).toHaveLength(1);
});

it('what cannot be handed over is an error like any other', async () => {
  throttle();
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
