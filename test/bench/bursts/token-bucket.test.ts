import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('allows a burst, then its rate', () => {
    const bucket = createTokenBucket({ size: 3, perSecond: 2 });
    expect([0, 0, 0, 0].map((now) => bucket.tryTake(now))).toEqual([true, true, true, false]);
    expect([0.5, 0.6, 1].map((now) => bucket.tryTake(now))).toEqual([true, false, true]);
  });

  it('never holds more than its size', () => {
    const bucket = createTokenBucket({ size: 2, perSecond: 100 });
    expect([10, 10, 10].map((now) => bucket.tryTake(now))).toEqual([true, true, false]);
  });

  it('makes callers wait in turn', () => {
    const bucket = createTokenBucket({ size: 4, perSecond: 2 });
    expect([bucket.takeInTurn(4, 0), bucket.takeInTurn(4, 0), bucket.takeInTurn(2, 1)]).toEqual([0, 2, 3]);
  });

  it('lets no more through than size and rate allow', () => {
    const gaps = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, (waits) => {
        const bucket = createTokenBucket({ size: 5, perSecond: 3 });
        let now = 0;
        let last = 0;
        for (const wait of waits) {
          now += wait;
          last = Math.max(last, bucket.takeInTurn(1, now));
        }
        expect(waits.length).toBeLessThanOrEqual(5 + 3 * last + 1e-6);
      }),
    );
  });
});
