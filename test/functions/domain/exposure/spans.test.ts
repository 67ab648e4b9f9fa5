import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { medianOf, type Span, shareUpTo, worstOf } from '../../../../functions/domain/exposure/spans.ts';

const spans: fc.Arbitrary<Span[]> = fc
  .array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.map(([from, length]) => ({ from, to: from + length, weight: 1 / parts.length })));

describe('Spans', () => {
  it('have half of all cases up to the median, and all up to the worst', () => {
    fc.assert(
      fc.property(spans, (some) => {
        expect(shareUpTo(some, medianOf(some))).toBeGreaterThanOrEqual(0.5 - 1e-6);
        expect(shareUpTo(some, medianOf(some) - 0.001)).toBeLessThan(0.5);
        expect(shareUpTo(some, worstOf(some))).toBeCloseTo(1);
      }),
    );
  });

  it('of one are half way', () => {
    expect(medianOf([{ from: 2, to: 4, weight: 1 }])).toBeCloseTo(3, 4);
  });
});
