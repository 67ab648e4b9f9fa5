import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quotasOf, type RegionSize } from '../../../infra/limits/aws-quotas.ts';
import { ASSUMED, engineSeconds } from './assumptions.ts';
import { parameters, withEngines } from './fixture.ts';
import { type Load, SCANS } from './load.ts';
import { simulateQueue } from './simulate-queue.ts';

const QUOTAS = quotasOf('us-east-1');
const load = (changes: Partial<Load> = {}): Load => ({
  uploads: 2000,
  overSeconds: 0,
  scans: SCANS.short,
  seed: 1,
  deaths: 0,
  ...changes,
});

const anyLoad = fc.record({
  uploads: fc.integer({ min: 1, max: 600 }),
  overSeconds: fc.constantFrom(0, 60, 1000),
  scans: fc.constantFrom(...Object.values(SCANS)),
  seed: fc.integer(),
  deaths: fc.constantFrom(0, 0.01, 0.5),
});
const engines = fc.integer({ min: 2, max: 40 });
const RUNS = { numRuns: 25 };

describe('whatever the uploads, the engines and the region', () => {
  it('every upload ends exactly once', () => {
    const region = fc.constantFrom<RegionSize>('us-east-1', 'small');
    fc.assert(
      fc.property(anyLoad, engines, region, (given, count, where) => {
        const { verdicts, errors, undelivered, uploads } = simulateQueue(withEngines(count), quotasOf(where), given);
        expect(verdicts + errors + undelivered).toBe(uploads);
        if (given.deaths === 0) expect(verdicts).toBe(uploads);
      }),
      RUNS,
    );
  });

  it('no more engines work than are allowed, nor longer than there is time', () => {
    fc.assert(
      fc.property(anyLoad, engines, (given, count) => {
        const outcome = simulateQueue(withEngines(count), QUOTAS, given);
        expect(outcome.peakEngines).toBeLessThanOrEqual(count + parameters.large.maxConcurrency);
        expect(outcome.busyShare).toBeLessThanOrEqual(1);
        expect(outcome.peakOpen).toBeLessThanOrEqual(given.uploads);
        // A clean upload costs what the definition says, whatever it waited for.
        if (given.deaths === 0) expect(outcome.transitions).toBe(parameters.transitions * given.uploads);
      }),
      RUNS,
    );
  });

  it('more engines never make the end later than by one start and one last batch', () => {
    const slack = ASSUMED.coldStartSeconds + engineSeconds([60, 60, 60, 60], 3008) + 1;
    fc.assert(
      fc.property(anyLoad, engines, fc.integer({ min: 1, max: 20 }), (given, count, more) => {
        const calm = { ...given, deaths: 0 };
        const few = simulateQueue(withEngines(count), QUOTAS, calm);
        const many = simulateQueue(withEngines(count + more), QUOTAS, calm);
        expect(many.lastVerdict).toBeLessThanOrEqual(few.lastVerdict + slack);
      }),
      RUNS,
    );
  });

  it('the same seed gives the same run', () => {
    const given = load({ scans: SCANS.heavyTail, deaths: 0.1 });
    expect(simulateQueue(parameters, QUOTAS, given)).toEqual(simulateQueue(parameters, QUOTAS, given));
  });
});

describe('simulateQueue', () => {
  it('fills the engines with batches while uploads wait', () => {
    const {
      busyShare,
      lastVerdict,
      engines: [small],
    } = simulateQueue(parameters, QUOTAS, load({ uploads: 8000, scans: SCANS.long }));
    const perfect = (8000 / 4 / 20) * engineSeconds([1.5, 1.5, 1.5, 1.5], 3008);
    expect(small?.invocations).toBeLessThan(2100);
    expect(lastVerdict).toBeGreaterThan(perfect);
    expect(lastVerdict).toBeLessThan(perfect + 60);
    expect(busyShare).toBeGreaterThan(0.93);
  });

  it('starts no more executions than the quota: 1,300 and 300 a second', () => {
    const { lastVerdict } = simulateQueue(withEngines(1000), QUOTAS, load({ uploads: 10_000 }));
    expect(lastVerdict).toBeGreaterThan((10_000 - 1300) / 300);
  });

  it('waits out the visibility when an engine is lost, and scans again', () => {
    const { verdicts, redeliveries, lastVerdict } = simulateQueue(parameters, QUOTAS, load({ deaths: 0.01 }));
    expect(verdicts).toBe(2000);
    expect(redeliveries).toBeGreaterThan(0);
    expect(lastVerdict).toBeGreaterThan(1800);
  });

  it('gives up an object whose engine is always lost', () => {
    const { errors, redeliveries } = simulateQueue(parameters, QUOTAS, load({ uploads: 4, deaths: 1 }));
    expect({ errors, redeliveries }).toEqual({ errors: 4, redeliveries: 16 });
  });

  it('counts a batch that exceeds the time limit of the function as lost', () => {
    const slow = { name: 'slow', seconds: () => 200, large: () => false };
    const four = { ...parameters, small: { ...parameters.small, maxReceives: 1 } };
    expect(simulateQueue(four, QUOTAS, load({ uploads: 400, scans: slow })).errors).toBeGreaterThan(0);
  });

  it('ends uploads in ERROR that wait longer than the policy allows', () => {
    const impatient = { ...withEngines(2), maxWaitSeconds: 60 };
    const { errors, verdicts } = simulateQueue(impatient, QUOTAS, load({ scans: SCANS.long }));
    expect(errors).toBeGreaterThan(1000);
    expect(verdicts).toBeGreaterThan(0);
  });

  it('keeps large objects out of the lane of the others', () => {
    const mixed = {
      name: 'mixed',
      seconds: (chance: number) => (chance < 0.5 ? 0.15 : 100),
      large: (chance: number) => chance >= 0.5,
    };
    const {
      engines: [small, large],
    } = simulateQueue(parameters, QUOTAS, load({ uploads: 100, scans: mixed }));
    expect((large?.invocations ?? 0) + 4 * (small?.invocations ?? 0)).toBeGreaterThanOrEqual(100);
    expect(small?.billedSeconds).toBeLessThan(20 * (ASSUMED.coldStartSeconds + 1));
  });

  it('holds no more executions open than the quota; the rest is delivered later', () => {
    const narrow = { ...QUOTAS, openExecutions: 500 };
    const { peakOpen, verdicts, deliveryRetries } = simulateQueue(parameters, narrow, load());
    expect(peakOpen).toBeLessThanOrEqual(500);
    expect(verdicts).toBe(2000);
    expect(deliveryRetries).toBeGreaterThan(0);
  });

  it('spread over a day needs few engines and no retries', () => {
    const { peakEngines, deliveryRetries, lastVerdict } = simulateQueue(
      parameters,
      QUOTAS,
      load({ overSeconds: 86_400 }),
    );
    expect(peakEngines).toBeLessThan(5);
    expect(deliveryRetries).toBe(0);
    expect(lastVerdict).toBeCloseTo(86_400, -2);
  });
});
