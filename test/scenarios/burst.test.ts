import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MovableClock } from '../../emulator/clock.ts';
import { Airlock, CONFIG, leftovers } from '../support/airlock.ts';
import { faultsOf, playBurst } from '../support/burst.ts';

/*
 * More uploads at once than engines: they wait in the queue, and each has its verdict in the end, with as many
 * transitions as at rest. test/soak/burst.test.ts plays it with 2,000.
 */
const UPLOADS = 100;
const ENGINES = 2;
const clock = new MovableClock();
let airlock: Airlock;

beforeAll(async () => {
  airlock = await Airlock.start({ airlock: { ...CONFIG, engine: { reservedConcurrency: ENGINES } }, clock });
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

it('a burst waits for engines, one of which and a worker die: all get a verdict, nothing is left', async () => {
  const burst = await playBurst({ airlock, clock, uploads: UPLOADS, worker: 30, engine: 60 });
  expect(burst.handedOutAgain).toBeGreaterThan(0);
  expect(burst.handedOutAgain).toBeLessThanOrEqual(4);
  expect(faultsOf(burst, airlock)).toEqual([]);
  const counts = [...airlock.pipeline.workers]
    .filter(([id]) => id.startsWith('ScanObject'))
    .map(([, { counts }]) => counts);
  expect(counts).toMatchObject([{ mostAtOnce: ENGINES, failed: burst.handedOutAgain }]);
  expect(airlock.pipeline.alarms.rung()).toEqual([]);
});
