import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { Airlock, leftovers, objectOf, type Upload } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { alarmsOn, EarlierClock, isOn, LONGEST_PERIOD_MILLISECONDS, sectionsOf } from '../support/runbook.ts';

/* docs/operations/alarms.md, played at night: uploads that wait for hours, and scans that kill their workers. */
jest.setTimeout(180_000);

const BUCKET = 'uploads';
const ENGINES = 2;
const UPLOADS = 6;
const MINUTE = 60_000;
/** Of the queue of scans. */
const VISIBILITY_MILLISECONDS = 30 * MINUTE;
const MAX_RECEIVE_COUNT = 5;
const clock = new EarlierClock();
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({
    clock,
    airlock: { buckets: [{ name: BUCKET }], engine: { reservedConcurrency: ENGINES } },
  });
});
afterEach(() => airlock.beforeInvocation(undefined));
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);
const queue = (word: string) => airlock.pipeline.queues.all().find(({ name }) => name.includes(word));
const held = (word: string) => {
  const { visible = 0, inFlight = 0 } = queue(word)?.counts ?? {};
  return visible + inFlight;
};
const on = (alarm: string) => isOn(airlock.pipeline, alarm);
const died = (name: string, message: string) => Object.assign(new Error(message), { name });

it('ScansAbandoned and AbandonedScansLeft: workers die, and so does the function that says so', async () => {
  let deaths = 0;
  airlock.beforeInvocation(({ task, payload }) => {
    if (task === 'scan-object' && objectOf(payload)?.key === 'killer.txt') {
      deaths += 1;
      throw died('Runtime.ExitError', 'signal: killed');
    }
    if (task === 'fail-abandoned-scan') throw died('Runtime.OutOfMemory', 'it had 128 MB');
  });
  const killer = await airlock.begin('killer.txt', 'all is well');
  for (let times = 1; times <= MAX_RECEIVE_COUNT; times += 1) {
    while (deaths < times) await new Promise(setImmediate);
    await clock.advance(VISIBILITY_MILLISECONDS);
  }
  while (!on('ScansAbandoned')) await new Promise(setImmediate);

  // Why its workers died, in the log that the section names.
  expect(sectionsOf('ScansAbandoned')).toContain('airlock logs --function ScanObject ');
  const scanner = await run('logs', '--function', 'ScanObject', '--since', '1d');
  expect(scanner).toMatchObject({ code: 0, stdout: expect.stringContaining('"errorType":"Runtime.ExitError"') });

  expect(on('AbandonedScansLeft')).toBe(false);
  await clock.advance(65 * MINUTE);
  expect(on('AbandonedScansLeft')).toBe(true);
  expect(sectionsOf('AbandonedScansLeft')).toContain('`npx airlock logs --function FailAbandonedScan`');
  const failing = await run('logs', '--function', 'FailAbandonedScan');
  expect(failing).toMatchObject({ code: 0, stdout: expect.stringContaining('Runtime.OutOfMemory') });

  // Mended: the function tries again by itself.
  airlock.beforeInvocation(undefined);
  await clock.advance(6 * MINUTE);
  expect(await airlock.outcome(killer)).toMatchObject({
    result: { status: 'FAILED', error: 'ScanAbandoned' },
    tags: { 'scan-status': 'ERROR' },
  });
  expect(on('ScansFailed')).toBe(true);
  const failures = await run('failures', '--json');
  expect(failures).toMatchObject({ code: 1, stdout: expect.stringMatching(/"key":"killer.txt".*ScanAbandoned/) });
  expect(await run('redrive', `s3://${BUCKET}/killer.txt`)).toMatchObject({ code: 0 });
  await airlock.pipeline.idle();
  expect(await airlock.tags(killer)).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(await run('failures')).toMatchObject({ code: 0, stdout: '' });
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  expect(alarmsOn(airlock.pipeline)).toEqual([]);
});

it('ScansWait: a burst waits over an hour, and is over', async () => {
  const engines = Promise.withResolvers<void>();
  airlock.beforeInvocation(({ task }) => (task === 'scan-object' ? engines.promise : undefined));
  const uploads: Upload[] = [];
  for (let n = 0; n < UPLOADS; n += 1) uploads.push(await airlock.begin(`${n}.txt`, 'all is well'));
  while (held('ScanObjectQueue') < UPLOADS) await new Promise(setImmediate);
  await clock.advance(65 * MINUTE);
  expect(on('ScansWait')).toBe(false);
  await clock.advance(15 * MINUTE);
  expect(on('ScansWait')).toBe(true);

  expect(sectionsOf('ScansWait')).toContain('npx airlock waiting');
  const waiting = await run('waiting');
  expect(waiting).toMatchObject({ code: 0, stdout: expect.stringMatching(/^uploads\t[1-9]\t80 min\t/) });

  engines.resolve();
  for (const upload of uploads) {
    expect(await airlock.outcome(upload)).toMatchObject({ tags: { 'scan-status': 'CLEAN' } });
  }
  while (held('ScanObjectQueue') > 0) await new Promise(setImmediate);
  expect((await run('waiting')).stdout).toMatch(/^uploads\t0\t-\t/);
  await clock.advance(10 * MINUTE);
  expect(on('ScansWait')).toBe(false);
});
