import { describe, expect, it } from '@jest/globals';
import { quotasOf } from '../../../infra/limits/aws-quotas.ts';
import { reported } from '../targets.ts';
import type { Case } from './cases.ts';
import { billOf, totalOf } from './cost.ts';
import { parameters } from './fixture.ts';
import { SCANS } from './load.ts';
import { duration, HEAD, row, table, targetsOf } from './report.ts';
import { simulateQueue } from './simulate-queue.ts';

const load = { uploads: 2000, overSeconds: 0, scans: SCANS.short, seed: 1, deaths: 0 };
const outcome = {
  ...simulateQueue(parameters, quotasOf('us-east-1'), load),
  uploads: 1_000_000,
  verdicts: 1_000_000,
  busyShare: 0.95,
};
const bill = billOf(outcome, parameters);
const good: Case = {
  name: '1,000,000',
  scans: '0.15 s',
  outcome,
  bill,
  usd: totalOf(bill),
  usdOverADay: totalOf(bill),
};

describe('targetsOf', () => {
  const failing = (...cases: Case[]) =>
    targetsOf(cases)
      .filter((result) => !reported('bursts', result).passed)
      .map(({ name }) => name);
  const with_ = (changes: object): Case => ({ ...good, outcome: { ...outcome, ...changes } });

  it('hold for a burst in which nothing fails', () => {
    expect(failing(good)).toEqual([]);
  });

  it.each<[string, Case, RegExp]>([
    ['an upload has no verdict', with_({ verdicts: 999_999 }), /without one verdict/],
    ['an engine is idle too much', with_({ busyShare: 0.89 }), /engines busy/],
    ['an upload needs a transition more', with_({ transitions: 6_000_001 }), /transitions an upload/],
    ['it costs more than over a day', { ...good, usdOverADay: good.usd / 1.021 }, /cost of a million/],
  ])('do not when %s', (_, bad, text) => {
    expect(failing(good, bad)).toEqual([expect.stringMatching(text)]);
  });

  it('do not hold when nothing was simulated', () => {
    expect(failing()).toHaveLength(4);
  });
});

it('prints a table for Markdown, with what was used most', () => {
  const lines = table(HEAD, [row(good)]).split('\n');
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toContain('engines 35 %');
});

it.each([
  [59, '59 s'],
  [600, '10 min'],
  [7200, '2.0 h'],
  [864_000, '10.0 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
