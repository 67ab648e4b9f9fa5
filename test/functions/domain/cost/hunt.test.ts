import { describe, expect, it } from '@jest/globals';
import { forecastHuntUsd, huntCostUsd, huntMemoryMb } from '../../../../functions/domain/cost/hunt.ts';
import { estimatedCostUsd } from '../../../../functions/domain/rescan/cost.ts';

const settings = { memoryMb: huntMemoryMb(3008), architecture: 'x86_64' } as const;

describe('the cost of a hunt', () => {
  it('is that of its requests, its transitions and the time of its function', () => {
    // 1 LIST, 7 + 2 * 4 transitions, 1,000 GET.
    expect(huntCostUsd({ listed: 1000, batches: 2, gbSeconds: 0 }, settings)).toBeCloseTo(
      0.000005 + 0.000375 + 0.0004,
      9,
    );
    const withTime = huntCostUsd({ listed: 1000, batches: 2, gbSeconds: 60_000 }, settings);
    expect(withTime).toBeCloseTo(0.00078 + 1.000002, 5);
  });

  it('is forecast to be below that of a rescan of everything', () => {
    for (const bytes of [100_000, 1_000_000]) {
      const objects = 1_000_000;
      const usd = forecastHuntUsd({ listed: objects, bytes: objects * bytes }, settings);
      const totals = { listed: objects, scanned: objects, bytes: objects * bytes, changed: 0 };
      expect(usd).toBeGreaterThan(0.4);
      expect(usd).toBeLessThan(estimatedCostUsd('all', totals, 2500));
    }
    expect(forecastHuntUsd({ listed: 0, bytes: 0 }, settings)).toBeLessThan(0.001);
  });

  it('needs one processor, and as much beside definitions as the scanners', () => {
    expect([2048, 3008, 4096, 10_240].map(huntMemoryMb)).toEqual([1769, 1769, 2857, 9001]);
  });
});
