import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../functions/adapters/unpacking/budget.ts';
import { ScratchFull } from '../../../../functions/domain/errors.ts';

const LIMITS = { bytes: 100, byDisk: false, files: 10, memoryBytes: 1000 };
const SIZE = expect.objectContaining({ finding: 'limits-exceeded:size' });
const TIME = expect.objectContaining({ finding: 'limits-exceeded:time' });

describe('bytes', () => {
  it('may be as many as the limit, and no more', () => {
    const budget = new Budget(LIMITS, () => 1);
    budget.spend(60);
    expect(budget.bytes).toBe(40);
    budget.spend(40);
    expect(budget.bytes).toBe(0);
    budget.spend(0);
    expect(() => budget.spend(1)).toThrow(SIZE);
    expect(budget.bytes).toBe(0);
  });

  it('that are only counted leave less for others', () => {
    const budget = new Budget(LIMITS, () => 1);
    budget.count(70);
    expect(budget.bytes).toBe(30);
    budget.count(70);
    expect(budget.bytes).toBe(0);
    expect(() => budget.spend(0)).toThrow(SIZE);
  });

  it('are forgotten when all is to be done again', () => {
    const budget = new Budget(LIMITS, () => 1);
    budget.count(100);
    budget.forgetBytes();
    expect(budget.bytes).toBe(100);
    budget.spend(100);
  });

  it('over what the disk has are no finding: another attempt may have more room', () => {
    const budget = new Budget({ ...LIMITS, byDisk: true }, () => 1);
    expect(() => budget.spend(101)).toThrow(ScratchFull);
    expect(budget.overBytes()).toMatchObject({ message: 'no room to unpack more than 100 bytes' });
  });
});

describe('time', () => {
  it('is over when nothing remains', () => {
    let left = 5;
    const budget = new Budget(LIMITS, () => left);
    budget.lookAtClock();
    budget.spend(1);
    expect(budget.milliseconds).toBe(5);
    for (left of [0, -3]) {
      expect(budget.milliseconds).toBe(0);
      expect(() => budget.lookAtClock()).toThrow(TIME);
      expect(() => budget.spend(1)).toThrow(TIME);
    }
  });

  it('in which others had the readers does not count', () => {
    const budget = new Budget(LIMITS, () => -10);
    budget.addTime(4);
    budget.addTime(8);
    expect(budget.milliseconds).toBe(2);
    budget.lookAtClock();
  });
});
