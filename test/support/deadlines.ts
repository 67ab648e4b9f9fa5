import { jest } from '@jest/globals';

/** Watches the deadlines that are set from now on; `jest.restoreAllMocks` ends it. */
export function watchDeadlines() {
  const set = jest.spyOn(globalThis, 'setInterval');
  const cleared = jest.spyOn(globalThis, 'clearInterval');
  const isCleared = (timer: unknown) => cleared.mock.calls.some(([gone]) => gone === timer);
  const withTick = (tick: number) =>
    set.mock.calls.flatMap(([look, milliseconds], at) =>
      milliseconds === tick ? [{ look: look as () => void, timer: set.mock.results[at]?.value }] : [],
    );
  return {
    /** Whether a deadline with ticks of that many milliseconds was set. */
    isSet: (tick: number) => withTick(tick).length > 0,
    left: (tick: number) => withTick(tick).filter(({ timer }) => !isCleared(timer)).length,
    /** Lets the time of the newest of them pass at once; returns how much it was. */
    runOut(tick: number): number {
      const { look, timer } = withTick(tick).at(-1) ?? { look: () => undefined, timer: undefined };
      let clock = performance.now();
      const now = jest.spyOn(performance, 'now').mockImplementation(() => clock);
      let passed = 0;
      while (!isCleared(timer)) {
        clock += tick;
        passed += tick;
        look();
      }
      now.mockRestore();
      return passed;
    },
  };
}
