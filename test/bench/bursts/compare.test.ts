import { expect, it } from '@jest/globals';
import { compare, type Measured, simulateMeasured } from './compare.ts';
import { parameters } from './fixture.ts';

const run: Measured = {
  uploads: 2000,
  sendingSeconds: 60,
  engines: 2,
  invocationSeconds: 0.4,
  coldStartSeconds: 11,
  lastVerdictSeconds: 111,
  busyShare: 0.9,
  invocations: 500,
  transitions: 16_000,
  errors: 0,
};

it('simulates a run with its own engines and times', () => {
  const figures = simulateMeasured(run, parameters);
  // 500 invocations by two engines, and one cold start of each.
  expect(figures.lastVerdictSeconds).toBeCloseTo(11 + 500 * 0.2, -1);
  expect(figures.transitions).toBe(12_000);
  expect(figures.invocations).toBeLessThan(520);
});

it('says how far the simulation is from the run', () => {
  const differences = compare({ ...run, lastVerdictSeconds: 122.1 }, run);
  expect(differences.map(({ figure, error }) => [figure, Number(error.toFixed(3))])).toEqual([
    ['lastVerdictSeconds', 0.1],
    ['busyShare', 0],
    ['invocations', 0],
    ['transitions', 0],
    ['errors', 0],
  ]);
});
