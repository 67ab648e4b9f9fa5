import { describe, expect, it } from '@jest/globals';
import { PRICES } from '../../../functions/domain/cost/prices.ts';
import { quotasOf } from '../../../infra/limits/aws-quotas.ts';
import { parameters, withEngines } from './fixture.ts';
import { SCANS, type ScanTimes } from './load.ts';
import { simulateRetries } from './simulate-retries.ts';

const QUOTAS = quotasOf('us-east-1');
const burst = (uploads: number, scans: ScanTimes) => ({ uploads, overSeconds: 0, scans, seed: 1, deaths: 0 });

describe('the design before the queue', () => {
  // Minutes, dollars beyond the clean path and the engines' share, as an independent model had them.
  it.each([
    ['20,000', burst(20_000, SCANS.long), 29, 4.8, 0.86],
    ['20,000', burst(20_000, SCANS.short), 7, 1.6, 0.35],
  ])('%s uploads at once: %j', (_, load, minutes, extra, busy) => {
    const { lastVerdict, stateRetries, busyShare, errors } = simulateRetries(parameters, QUOTAS, load);
    expect(errors).toBe(0);
    expect(Math.abs(lastVerdict / 60 / minutes - 1)).toBeLessThan(0.15);
    expect(Math.abs((stateRetries * PRICES.stepFunctions.stateTransition) / extra - 1)).toBeLessThan(0.15);
    expect(Math.abs(busyShare - busy)).toBeLessThan(0.05);
  });

  it('ends in ERROR what had no engine after 100 tries', () => {
    const { verdicts, errors } = simulateRetries(withEngines(1), QUOTAS, burst(13_000, SCANS.long));
    expect(errors).toBeGreaterThan(1000);
    expect(verdicts + errors).toBe(13_000);
  });
});
