import { base } from '../jest.base.js';

/** Whatever slow tests there are, the nearest come first. */
export default {
  ...base,
  rootDir: '../..',
  // The files are named to it.
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testSequencer: '<rootDir>/test/mutation/sequencer.js',
  reporters: ['<rootDir>/test/mutation/first-failure.js'],
};
