import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASSUMED, engineSeconds } from './assumptions.ts';

const MEMORY_MB = 3008;
const times = fc.array(fc.double({ min: 0.1, max: 60, noNaN: true }), { minLength: 1, maxLength: 4 });

describe('engineSeconds', () => {
  it('is the scan itself for one object on a whole processor', () => {
    expect(engineSeconds([1.5], MEMORY_MB)).toBeCloseTo(1.5);
    expect(engineSeconds([0.05], MEMORY_MB)).toBeCloseTo(0.05);
  });

  it('takes twice the processor time on half a processor', () => {
    const cpu = 1.5 - ASSUMED.networkSeconds;
    expect(engineSeconds([1.5], ASSUMED.mbPerVcpu / 2)).toBeCloseTo(ASSUMED.networkSeconds + 2 * cpu);
  });

  it('of several is no shorter than the longest and no longer than one after the other', () => {
    fc.assert(
      fc.property(times, (seconds) => {
        const together = engineSeconds(seconds, MEMORY_MB);
        const sum = seconds.reduce((total, each) => total + each, 0);
        expect(together).toBeGreaterThanOrEqual(Math.max(...seconds) - 1e-9);
        expect(together).toBeLessThanOrEqual(sum + 1e-9);
      }),
    );
  });
});
