import { suite } from '../jest.base.js';

/** One gateway for all test files. */
export default suite('ceph', {
  globalSetup: '<rootDir>/test/ceph/global-setup.ts',
  globalTeardown: '<rootDir>/test/ceph/global-teardown.ts',
});
