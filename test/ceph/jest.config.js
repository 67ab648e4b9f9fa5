import base from '../../jest.config.js';

/** One gateway for all test files. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/ceph'],
  testPathIgnorePatterns: [],
  globalSetup: '<rootDir>/test/ceph/global-setup.ts',
  globalTeardown: '<rootDir>/test/ceph/global-teardown.ts',
};
