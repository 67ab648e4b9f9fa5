import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Current, follow } from './globals.ts';

const require = createRequire(import.meta.url);
/** Tests may replace it. */
const nextTurn = setImmediate;
/** Where jest-circus keeps its listeners: those of the file before are gone with it. */
const LISTENERS = Symbol.for('EVENT_HANDLERS');

/** What jest-runner and jest-circus ask of `jest-runtime`, with Node’s own loader in its place. */
export default class Runtime {
  /** jest-circus, anew for each test file. */
  requireInternalModule(path: string): unknown {
    delete (globalThis as unknown as Record<symbol, unknown>)[LISTENERS];
    delete require.cache[path];
    return require(path);
  }

  requireModule(path: string): unknown {
    return require(path);
  }

  setGlobalsForRuntime(globals: Current): void {
    follow(globals);
    // Node tells of a promise that nobody awaits after the microtasks: by then the file may be over.
    globals.afterAll(() => new Promise((resolve) => void nextTurn(resolve)));
  }

  unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  unstable_importModule(path: string): Promise<unknown> {
    return import(pathToFileURL(path).href);
  }

  getSourceMaps(): null {
    return null;
  }

  getAllCoverageInfoCopy(): undefined {}
  enterTestCode(): void {}
  leaveTestCode(): void {}
  teardown(): void {}
}
