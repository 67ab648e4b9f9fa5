import { enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { forbidProcesses } from './forbid-processes.ts';
import { restore } from './globals.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Packages by other names than their files have. */
const MODULES: Readonly<Record<string, string>> = {
  '@jest/globals': 'test/support/runner/globals.ts',
  // Examples import the package by its name.
  's3-airlock/upload': 'clients/upload/index.ts',
};

enableCompileCache(join(ROOT, 'node_modules/.cache/s3-airlock/compiled'));
registerHooks({
  resolve(specifier, context, next) {
    const file = MODULES[specifier];
    return file === undefined ? next(specifier, context) : next(pathToFileURL(join(ROOT, file)).href, context);
  },
});

interface Options {
  /** Whether the suite’s tests may; default: true. */
  readonly startsProcesses?: boolean;
}

/**
 * Test files run in Node itself, one after the other in each worker, and not each in a context of its own with every
 * module loaded again: docs/decisions/0042-npm-test-in-three-minutes.md. Between two of them the process is put back as it was.
 */
export default class Environment {
  /** Jest puts its console and its own `process.exit` here; Node's remain. */
  readonly global = {};
  readonly #variables = { ...process.env };
  readonly #folder = process.cwd();
  readonly #startsProcesses: boolean;
  #allowProcesses = () => {};

  constructor({ projectConfig }: { readonly projectConfig: { readonly testEnvironmentOptions: Options } }) {
    this.#startsProcesses = projectConfig.testEnvironmentOptions.startsProcesses ?? true;
  }

  async setup(): Promise<void> {
    // Jest asks for 100 lines and for source maps, which makes every error of the product costly.
    Error.stackTraceLimit = 20;
    delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    if (!this.#startsProcesses) this.#allowProcesses = forbidProcesses();
  }

  async teardown(): Promise<void> {
    restore();
    process.chdir(this.#folder);
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
    // Jest may kill its workers before they write it themselves.
    flushCompileCache();
    this.#allowProcesses();
  }

  getVmContext(): null {
    return null;
  }
}
