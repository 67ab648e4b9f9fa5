import { describe, expect, it, jest } from '@jest/globals';
import { deadline, within } from '../../../../functions/adapters/process/deadline.ts';

const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('within', () => {
  it('gives what the work gives, and leaves no timer', async () => {
    const before = timers();
    expect(await within(Promise.resolve(7), 60_000)).toBe(7);
    expect(timers()).toBe(before);
  });

  it('throws what the work throws, and leaves no timer', async () => {
    const before = timers();
    await expect(within(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
    expect(timers()).toBe(before);
  });

  it.each([5, 0, -1, Number.NEGATIVE_INFINITY])('gives nothing when the work takes longer than %i ms', async (ms) => {
    expect(await within(new Promise(() => undefined), ms)).toBeUndefined();
  });

  it('waits as long as it was told', async () => {
    jest.useFakeTimers();
    try {
      let given: unknown = 'nothing yet';
      const result = within(new Promise(() => undefined), 1000).then((value) => {
        given = value;
      });
      await jest.advanceTimersByTimeAsync(999);
      expect(given).toBe('nothing yet');
      await jest.advanceTimersByTimeAsync(1);
      await result;
      expect(given).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });

  it('hears no more of work that fails after its time', async () => {
    const unhandled: unknown[] = [];
    const listen = (fault: unknown) => void unhandled.push(fault);
    process.on('unhandledRejection', listen);
    const late = Promise.withResolvers<never>();
    expect(await within(late.promise, 0)).toBeUndefined();
    late.reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('deadline', () => {
  /** How much later than at its start each tick of a deadline of 1,000 ms comes, and what the process used for it. */
  function countsDown(ticks: readonly { readonly after: number; readonly busy?: number }[]): number {
    jest.useFakeTimers();
    let clock = 0;
    let used = 0;
    const now = jest.spyOn(performance, 'now').mockImplementation(() => clock);
    const cpu = jest.spyOn(process, 'cpuUsage').mockImplementation((since) => ({
      user: used * 1000 - (since?.user ?? 0),
      system: 0,
    }));
    try {
      let late = 0;
      const end = deadline(1000, () => {
        late += 1;
      });
      let seen = 0;
      for (const { after, busy = 0 } of ticks) {
        clock += after;
        used += busy;
        seen += 1;
        jest.advanceTimersToNextTimer();
        if (late > 0) return seen;
      }
      end();
      expect(jest.getTimerCount()).toBe(0);
      return 0;
    } finally {
      now.mockRestore();
      cpu.mockRestore();
      jest.useRealTimers();
    }
  }
  const onTime = (count: number) => Array.from({ length: count }, () => ({ after: 100 }));
  const HOURS = 10_000_000;

  it.each<[string, Parameters<typeof countsDown>[0], number]>([
    ['is up after its time', onTime(20), 10],
    ['is up as soon when it is looked at a little late', Array.from({ length: 20 }, () => ({ after: 150 })), 7],
    ['counts a freeze as one tick', [{ after: HOURS }, ...onTime(20)], 10],
    ['counts every freeze so', [{ after: HOURS }, { after: HOURS }, { after: HOURS }, ...onTime(20)], 10],
    ['counts the time in which the process was busy', [{ after: 600, busy: 550 }, ...onTime(20)], 6],
    ['counts no more than has passed, however many threads were busy', [{ after: 600, busy: 5000 }, ...onTime(20)], 5],
    ['ends when it is told to', onTime(9), 0],
  ])('%s', (_, ticks, expected) => {
    expect(countsDown(ticks)).toBe(expected);
  });
});
