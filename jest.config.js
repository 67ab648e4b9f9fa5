import { base } from './test/jest.base.js';
import { testsOfNoSuite } from './test/suites.js';

/** `npm test`: nothing but this process, so every file is quick. The other suites: test/suites.js. */
export default {
  ...base,
  rootDir: '.',
  testMatch: testsOfNoSuite(),
  testEnvironmentOptions: { startsProcesses: false },
  globalSetup: undefined,
  globalTeardown: undefined,
};
