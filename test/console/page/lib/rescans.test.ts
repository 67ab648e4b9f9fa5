import { describe, expect, it } from '@jest/globals';
import { dollars, inputIn, progressOf, summaryIn } from '../../../../console/page/lib/rescans.ts';

describe('a rescan', () => {
  it('was started for a bucket, a prefix and a strategy, or whatever somebody wrote', () => {
    expect(inputIn('{"bucket":"b","prefix":"in/","strategy":"all"}')).toEqual({
      ...{ bucket: 'b', prefix: 'in/', strategy: 'all' },
    });
    for (const text of [undefined, '', 'null', '"text"', '{']) {
      expect(inputIn(text)).toEqual({ bucket: '', prefix: '', strategy: '' });
    }
  });

  it('has totals only where its output is a summary', () => {
    const summary = { listed: 3, scanned: 2, skipped: { 'not-due': 1 }, failed: 0, costUsd: 0.1 };
    expect(summaryIn(JSON.stringify(summary))).toEqual(summary);
    for (const text of [undefined, '{}', '[]', '{"listed":3}']) expect(summaryIn(text)).toBeUndefined();
  });

  it('counts what has ended, however', () => {
    const counts = { total: 20, pending: 5, running: 5, succeeded: 4, failed: 3, timedOut: 2, aborted: 1 };
    expect(progressOf(counts)).toEqual({ listed: 20, done: 10, failed: 6 });
    expect(progressOf(undefined)).toEqual({ listed: 0, done: 0, failed: 0 });
  });

  it.each([
    [0, '$0'],
    [0.00001, 'under $0.0001'],
    [0.0004, '$0.0004'],
    [12.345, '$12.35'],
  ])('costs %d: %s', (amount, text) => {
    expect(dollars(amount)).toBe(text);
  });
});
