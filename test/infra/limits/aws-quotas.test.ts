import { describe, expect, it } from '@jest/globals';
import { AWS_QUOTAS, type Bucket, QUOTAS_AS_OF, type Quota, quotasOf } from '../../../infra/limits/aws-quotas.ts';

const size = (value: number | Bucket) => (typeof value === 'number' ? value : value.perSecond);

describe.each(Object.entries<Quota<number> | Quota<Bucket>>(AWS_QUOTAS))(
  '%s',
  (_, { value, source, unit, scope, beyond }) => {
    it('says where it is from, for what it is and what happens beyond it', () => {
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/);
      expect([unit, scope, beyond].every((text) => text.length > 3)).toBe(true);
    });

    it('is a number over 0, in a small region no more than in us-east-1', () => {
      expect(size(value.small)).toBeGreaterThan(0);
      expect(size(value.small)).toBeLessThanOrEqual(size(value['us-east-1']));
    });
  },
);

it('has a date, and plain values for a region', () => {
  expect(QUOTAS_AS_OF).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(quotasOf('small').startStandardExecution).toEqual({ size: 800, perSecond: 150 });
  expect(quotasOf('us-east-1').openExecutions).toBe(1_000_000);
});
