import { expect, it } from '@jest/globals';
import { release } from '../../../../functions/adapters/process/release.ts';

it('gives the memory of bytes back that nobody else has', () => {
  const before = process.memoryUsage().arrayBuffers;
  const bytes = Buffer.alloc(4_000_000, 'a');
  expect(process.memoryUsage().arrayBuffers).toBeGreaterThanOrEqual(before + 4_000_000);
  release(bytes);
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(before + 4_000_000);
  expect(bytes).toHaveLength(0);
});

it('leaves a part of something larger, such as Node has in its pool', () => {
  const whole = Buffer.from('both of them'.repeat(1000));
  const part = whole.subarray(0, 4);
  release(part);
  expect(whole.toString('utf8', 0, 12)).toBe('both of them');

  const pooled = Buffer.from('small');
  const beside = Buffer.from('other');
  release(pooled);
  expect([pooled, beside].map(String)).toEqual(['small', 'other']);
});
