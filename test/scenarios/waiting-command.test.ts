import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MovableClock } from '../../emulator/clock.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock waiting`: how many uploads wait for an engine, and since when. */
const clock = new MovableClock();
const UPLOADS = 12;
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: { buckets: [{ name: 'uploads' }], engine: { reservedConcurrency: 2 } },
    clock,
  });
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const scanQueue = () => airlock.pipeline.queues.all().find(({ name }) => name.includes('ScanObjectQueue'));

it('prints what waits, what is under way, and how long the first has waited', async () => {
  const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);
  const engines = Promise.withResolvers<void>();
  airlock.beforeInvocation(({ task }) => (task === 'scan-object' ? engines.promise : undefined));
  const begun = await Promise.all(Array.from({ length: UPLOADS }, (_, n) => airlock.begin(`${n}.txt`, 'all is well')));
  const sent = () => (scanQueue()?.counts.visible ?? 0) + (scanQueue()?.counts.inFlight ?? 0);
  while (sent() < UPLOADS) await new Promise(setImmediate);
  // Not so far that the other Tasks would run out of time.
  await clock.advance(90_000);
  const { visible = 0, inFlight = 0 } = scanQueue()?.counts ?? {};
  expect(visible).toBeGreaterThan(0);

  const json = await run('waiting', '--json');
  expect([json.code, json.stderr]).toEqual([0, '']);
  const [uploads, ...others] = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(uploads).toEqual({
    queue: 'uploads',
    waiting: visible,
    underWay: inFlight,
    longestWaitSeconds: expect.any(Number),
  });
  expect(uploads.longestWaitSeconds).toBeGreaterThanOrEqual(90);
  const nothing = { waiting: 0, underWay: 0, longestWaitSeconds: null };
  expect(others).toEqual([
    { queue: 'large uploads', ...nothing },
    { queue: 'abandoned scans', ...nothing },
  ]);

  const { stdout } = await run('waiting');
  expect(stdout).toMatch(new RegExp(`^uploads\\t${visible}\\t\\d+ (s|min)\\t${inFlight}\n`));
  expect(stdout).toContain('\nlarge uploads\t0\t-\t0\n');
  engines.resolve();
  for (const { execution } of begun) expect(await execution.result).toMatchObject({ status: 'SUCCEEDED' });
}, 60_000);

it('says what is wrong with a stack that is none', async () => {
  const { code, stderr } = await airlockCommand(airlock.pipeline, ['waiting', '--stack', 'Other']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Other')]);
});
