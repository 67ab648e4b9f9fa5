import { describe, expect, it } from '@jest/globals';
import { MovableClock, systemClock } from '../../emulator/clock.ts';

const DAY_MILLISECONDS = 86_400_000;

describe('a clock that stands still', () => {
  it('fires timers in the order of their time, each at its own time', async () => {
    const clock = new MovableClock({ stoppedAt: 1000 });
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.now()]);
    clock.after(30, note('late'));
    clock.after(10, note('early'));
    clock.after(10, note('as early, set later'));
    clock.after(31, note('not yet'));
    await clock.advance(30);
    expect(fired).toEqual([
      ['early', 1010],
      ['as early, set later', 1010],
      ['late', 1030],
    ]);
    expect(clock.now()).toBe(1030);
    expect(clock.pending).toBe(1);
  });

  it('fires what a timer, or a promise after it, sets for the same move', async () => {
    const clock = new MovableClock({ stoppedAt: 0 });
    const times: number[] = [];
    const again = async () => {
      times.push(clock.now());
      await Promise.resolve();
      clock.after(10, again);
    };
    clock.after(10, again);
    await clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
  });

  it('forgets a cancelled timer, also one cancelled by another', async () => {
    const clock = new MovableClock({ stoppedAt: 0 });
    let fired = 0;
    const cancel = clock.after(10, () => fired++);
    clock.after(5, cancel);
    await clock.advance(DAY_MILLISECONDS);
    expect(fired).toBe(0);
    cancel();
  });
});

describe('a clock that runs', () => {
  it('fires by the real time', async () => {
    const start = systemClock.now();
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(5);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(100);
  });

  it('can be moved, and shortens what its timers still have to wait', async () => {
    const clock = new MovableClock();
    const start = clock.now();
    const passed = new Promise<number>((resolve) => clock.after(DAY_MILLISECONDS + 5, () => resolve(clock.now())));
    await clock.advance(DAY_MILLISECONDS);
    expect((await passed) - start).toBeGreaterThanOrEqual(DAY_MILLISECONDS + 5);
    const realNow = Date.now();
    expect(clock.now() - realNow).toBeGreaterThanOrEqual(DAY_MILLISECONDS);
  });

  it('is moved by as much as was asked for, however long the move takes', async () => {
    const clock = new MovableClock();
    setImmediate(() => {
      const until = Date.now() + 5;
      while (Date.now() < until);
    });
    await clock.advance(DAY_MILLISECONDS);
    const realNow = Date.now();
    expect(clock.now() - realNow).toBeGreaterThanOrEqual(DAY_MILLISECONDS);
  });

  it('can wait longer than Node', async () => {
    const clock = new MovableClock();
    let fired = false;
    clock.after(30 * DAY_MILLISECONDS, () => {
      fired = true;
    });
    await clock.advance(29 * DAY_MILLISECONDS);
    expect(fired).toBe(false);
    await clock.advance(DAY_MILLISECONDS);
    expect(fired).toBe(true);
  });
});
