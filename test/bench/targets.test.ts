import { describe, expect, it } from '@jest/globals';
import { fails, faults, type Result, reported } from './targets.ts';

const time: Result = { name: 'a scan', figure: 100, unit: 'ms', target: { atMost: 100 } };
const speed: Result = { name: 'a speed', figure: 0.7, unit: '', target: { atLeast: 0.7 } };
const judged = (result: Result, figure: number) => reported('engine', { ...result, figure });

describe('a target', () => {
  it.each<[string, Result, number, boolean]>([
    ['at most: reached', time, 100, true],
    ['at most: exceeded', time, 100.1, false],
    ['at least: reached', speed, 0.7, true],
    ['at least: missed', speed, 0.699, false],
    ['not measured', time, Number.NaN, false],
    ['not measured, at least', speed, Number.NaN, false],
  ])('%s', (_, result, figure, passed) => {
    expect(judged(result, figure).passed).toBe(passed);
  });

  it('is neither met nor missed where there is none', () => {
    expect(reported('engine', { name: 'beside', figure: 1, unit: '' }).passed).toBeNull();
  });
});

describe('a run ends with an error', () => {
  it('for every target that is missed', () => {
    expect([101, 201].map((ms) => fails(judged(time, ms), false))).toEqual([true, true]);
    expect(fails(judged(time, 99), false)).toBe(false);
  });

  it('not without a target', () => {
    expect(fails(reported('engine', { name: 'beside', figure: 1, unit: '' }), false)).toBe(false);
  });

  it('in a quick run only for times that are twice as bad, or not measured', () => {
    expect([101, 200, 201, Number.NaN].map((ms) => fails(judged(time, ms), true))).toEqual([false, false, true, true]);
    expect([0.6, 0.35, 0.34].map((ratio) => fails(judged(speed, ratio), true))).toEqual([false, false, true]);
  });

  it('in a quick run only beyond what a result allows itself', () => {
    const ms = (figure: number) => judged({ ...time, quickFactor: 10 }, figure);
    expect([201, 1000, 1001].map((figure) => fails(ms(figure), true))).toEqual([false, false, true]);
    expect(fails(ms(101), false)).toBe(true);
  });

  it('in a quick run too for one wrong verdict', () => {
    expect(fails(reported('engine', faults('wrong verdicts', 1)), true)).toBe(true);
    expect(fails(reported('engine', faults('wrong verdicts', 0)), true)).toBe(false);
  });
});
