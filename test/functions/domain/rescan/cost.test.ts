import { describe, expect, it } from '@jest/globals';
import { gbSecondsOf, rescanCostUsd } from '../../../../functions/domain/rescan/cost.ts';
import { NOTHING } from '../../../../functions/domain/rescan/totals.ts';

describe('rescanCostUsd', () => {
  it('of a run that finds nothing is one listing and the states', () => {
    expect(rescanCostUsd('due', NOTHING, 0, 0)).toBe(0.000205);
  });

  it('of a listing is paid by the thousand objects, and a tag read by each one', () => {
    const million = { ...NOTHING, listed: 1_000_000 };
    expect(rescanCostUsd('due', million, 0, 0)).toBe(0.0052);
    expect(rescanCostUsd('unscanned', million, 0, 0)).toBe(0.4052);
    expect(rescanCostUsd('stale', million, 0, 0)).toBe(0.4052);
  });

  it('of scanning is two reads an object, what each change writes and tells, and the time', () => {
    const totals = { ...NOTHING, listed: 1000, scanned: 1000, changed: 2 };
    expect(rescanCostUsd('all', totals, 100, 5)).toBeCloseTo(0.00329, 6);
  });
});

it('a scanner of 2 GiB takes two GB-seconds a second', () => {
  expect(gbSecondsOf(900_000, 2048)).toBe(1800);
});
