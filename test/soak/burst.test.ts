import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MovableClock } from '../../emulator/clock.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { faultsOf, playBurst } from '../support/burst.ts';

/** test/scenarios/burst.test.ts at full length: 2,000 uploads at once, two engines, a worker and an engine killed. */
const UPLOADS = Number(process.env.SOAK_UPLOADS || 2000);
const clock = new MovableClock();
let airlock: Airlock;

beforeAll(async () => {
  const airlockConfig = { buckets: [{ name: 'uploads' }], engine: { reservedConcurrency: 2 } };
  airlock = await Airlock.start({ airlock: airlockConfig, clock });
}, 60_000);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

it(`${UPLOADS} uploads at once all get their verdict, with as many transitions as one alone`, async () => {
  const at = { worker: Math.floor(UPLOADS / 2), engine: Math.floor(UPLOADS / 4) };
  const burst = await playBurst({ airlock, clock, uploads: UPLOADS, ...at });
  const { mostAtOnce } = [...airlock.pipeline.workers].find(([id]) => id.startsWith('ScanObject'))?.[1].counts ?? {};
  process.stderr.write(
    `burst: ${JSON.stringify({ uploads: UPLOADS, handedOutAgain: burst.handedOutAgain, mostAtOnce })}\n`,
  );
  expect(burst.handedOutAgain).toBeGreaterThan(0);
  expect(burst.handedOutAgain).toBeLessThanOrEqual(4);
  expect(mostAtOnce).toBe(2);
  expect(faultsOf(burst, airlock)).toEqual([]);
}, 600_000);
