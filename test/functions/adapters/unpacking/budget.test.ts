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

describe('the whole disk', () => {
  const whole = (unpacked: number) => ({ bytes: unpacked + 200, byDisk: true });

  it('is there for whoever needs more than its share, once', () => {
    const asked: number[] = [];
    const wholeDisk = (unpacked: number) => {
      asked.push(unpacked);
      return whole(unpacked);
    };
    const budget = new Budget({ ...LIMITS, byDisk: true, wholeDisk }, () => 1);
    budget.spend(100);
    expect(asked).toEqual([]);
    budget.spend(1);
    expect(budget.bytes).toBe(199);
    expect(() => budget.spend(200)).toThrow(ScratchFull);
    expect(asked).toEqual([100]);
  });

  it('is not there while others need it, and is asked for again', () => {
    let alone = false;
    const budget = new Budget(
      { ...LIMITS, byDisk: true, wholeDisk: (unpacked) => (alone ? whole(unpacked) : undefined) },
      () => 1,
    );
    budget.widen();
    expect(budget.bytes).toBe(100);
    alone = true;
    budget.widen();
    expect(budget.bytes).toBe(200);
  });

  it('is nothing to ask for where the disk is not the limit', () => {
    const budget = new Budget({ ...LIMITS, wholeDisk: () => whole(0) }, () => 1);
    expect(() => budget.spend(101)).toThrow(SIZE);
  });
});

it('ends when it is cut off', () => {
  const cut = new AbortController();
  const budget = new Budget(LIMITS, () => 1, cut.signal);
  budget.spend(1);
  cut.abort(new Error('cut off'));
  expect(() => budget.lookAtClock()).toThrow('cut off');
  expect(() => budget.spend(1)).toThrow('cut off');
});
