import { describe, expect, it } from '@jest/globals';
import { quotasOf } from '../../../infra/limits/aws-quotas.ts';
import { backfillOf } from './backfill.ts';

describe('backfillOf', () => {
  it('is limited by the batches at once, then by a quota', () => {
    const quotas = quotasOf('us-east-1');
    const [few, many] = [backfillOf(1e9, 10, quotas), backfillOf(1e9, 1000, quotas)];
    expect(few.limit).toBe('batches at once');
    expect(many.limit).toBe('stateTransitions');
    expect(many.seconds).toBeLessThan(few.seconds);
    expect(backfillOf(1e9, 20, quotas).seconds).toBeCloseTo(few.seconds / 2);
  });

  it('costs the same however long it takes, about $60 a million', () => {
    const quotas = quotasOf('us-east-1');
    expect(Math.abs(backfillOf(1e6, 10, quotas).usd - 60)).toBeLessThan(2);
    expect(backfillOf(1e6, 1000, quotas).usd).toBe(backfillOf(1e6, 10, quotas).usd);
  });
});
