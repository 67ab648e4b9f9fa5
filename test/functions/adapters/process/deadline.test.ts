import { describe, expect, it, jest } from '@jest/globals';
import { within } from '../../../../functions/adapters/process/deadline.ts';

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
