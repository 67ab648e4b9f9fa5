import { testsOf } from './suites.js';

// Handlers log every fault; a test that wants to see them says so.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';

/** What all suites share. ES modules and TypeScript run in Node itself. */
export const base = {
  rootDir: '..',
  testEnvironment: '<rootDir>/test/support/runner/environment.ts',
  runtime: '<rootDir>/test/support/runner/runtime.ts',
  transform: {},
  injectGlobals: false,
  // Much of the time goes by in other processes (clamd, cdk, freshclam): jest's own default leaves a processor idle.
  maxWorkers: '100%',
  // More than the tests, so that `--findRelatedTests` and `--onlyChanged` can follow a source file to its tests.
  roots: [
    'cli',
    'clients',
    'console',
    'docs',
    'emulator',
    'examples',
    'functions',
    'infra',
    'local',
    'statemachines',
    'test',
  ].map((folder) => `<rootDir>/${folder}`),
  dependencyExtractor: '<rootDir>/test/support/dependencies.js',
  globalSetup: '<rootDir>/test/support/start-synthesizer.ts',
  globalTeardown: '<rootDir>/test/support/stop-synthesizer.ts',
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node', 'md', 'conf'],
  // A guard, not a target: on a busy machine the first synthesis alone takes half a minute.
  testTimeout: 60_000,
};

/** The configuration of `npm run test:NAME`, in a folder of test/. */
export function suite(name, more = {}) {
  return { ...base, rootDir: '../..', testMatch: testsOf(name), ...more };
}
