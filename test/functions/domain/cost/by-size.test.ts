import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bySize } from '../../../../functions/domain/cost/by-size.ts';
import { SIZES, type Size } from '../../../../functions/domain/cost/measurement.ts';

const BYTES: Readonly<Record<Size, number>> = { '100 KB': 100_000, '1 MB': 1_000_000, '10 MB': 10_000_000 };
const AT: Readonly<Record<Size, number>> = { '100 KB': 5, '1 MB': 14, '10 MB': 194 };

describe('bySize', () => {
  const of = bySize((size) => AT[size]);

  it('is what was measured at the sizes that were measured', () => {
    for (const size of SIZES) expect(of({ objects: 1, bytes: BYTES[size] })).toBeCloseTo(AT[size], 9);
  });

  it.each([
    [0, 4],
    [50_000, 4.5],
    [550_000, 9.5],
    [2_000_000, 34],
    [100_000_000, 1994],
  ])('is on the line at %s bytes', (bytes, value) => {
    expect(of({ objects: 1, bytes })).toBeCloseTo(value, 9);
  });

  it('of several together is the sum of each, if all are small or all are large', () => {
    fc.assert(
      fc.property(
        fc.boolean().chain((large) => fc.array(fc.nat(900_000), { minLength: 1 }).map((sizes) => ({ large, sizes }))),
        ({ large, sizes }) => {
          const each = sizes.map((size) => (large ? 1_000_001 + size * 20 : size));
          const one = each.reduce((sum, bytes) => sum + of({ objects: 1, bytes }), 0);
          const bytes = each.reduce((sum, size) => sum + size, 0);
          expect(of({ objects: each.length, bytes }) / one).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});
