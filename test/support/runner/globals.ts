import { createRequire } from 'node:module';
import type * as Globals from '@jest/globals';

/*
 * What test files get for `@jest/globals`. Each test file has a jest-circus of its own, but modules that several of them
 * import are loaded once: so these follow the one that is running.
 */
type Name = 'afterAll' | 'afterEach' | 'beforeAll' | 'beforeEach' | 'describe' | 'it' | 'test';
export type Current = Pick<typeof Globals, Name>;

let current: Current;

export function follow(globals: Current): void {
  current = globals;
}

function following<N extends Name>(name: N): Current[N] {
  return new Proxy(() => undefined, {
    apply: (_, self, args) => Reflect.apply(current[name] as () => unknown, self, args),
    get: (_, property) => Reflect.get(current[name], property),
  }) as unknown as Current[N];
}

export const afterAll = following('afterAll');
export const afterEach = following('afterEach');
export const beforeAll = following('beforeAll');
export const beforeEach = following('beforeEach');
export const describe = following('describe');
export const it = following('it');
export const test = following('test');

// The very modules of jest's: `expect` keeps its state in them.
const require = createRequire(import.meta.url);
const { ModuleMocker } = require('jest-mock');
const { ModernFakeTimers } = require('@jest/fake-timers');

export const expect: typeof Globals.expect = require('@jest/expect').jestExpect;

const mocks = new ModuleMocker(globalThis);
const timers = new ModernFakeTimers({ config: { fakeTimers: {} }, global: globalThis });
/** jest-circus looks for the time limit here. */
const TIME_LIMIT = Symbol.for('TEST_TIMEOUT_SYMBOL');
const settings = globalThis as unknown as Record<symbol, unknown>;

/** The part of jest's that the tests use; modules cannot be replaced. */
export const jest = {
  fn: mocks.fn.bind(mocks),
  spyOn: mocks.spyOn.bind(mocks),
  replaceProperty: mocks.replaceProperty.bind(mocks),
  restoreAllMocks: () => mocks.restoreAllMocks(),
  // Node's own streams and sockets need the others.
  useFakeTimers: ({
    doNotFake = [],
    ...config
  }: {
    readonly doNotFake?: readonly string[];
    readonly now?: number;
  } = {}) => timers.useFakeTimers({ ...config, doNotFake: ['nextTick', 'queueMicrotask', ...doNotFake] }),
  useRealTimers: () => timers.useRealTimers(),
  advanceTimersByTimeAsync: (ms: number) => timers.advanceTimersByTimeAsync(ms),
  advanceTimersToNextTimer: (steps?: number) => timers.advanceTimersToNextTimer(steps),
  getTimerCount: () => timers.getTimerCount(),
  setTimeout(ms: number) {
    settings[TIME_LIMIT] = ms;
  },
};

/** What a test file may have left behind. */
export function restore(): void {
  mocks.restoreAllMocks();
  timers.useRealTimers();
  delete settings[TIME_LIMIT];
}
