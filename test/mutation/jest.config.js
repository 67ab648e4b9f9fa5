import base from '../../jest.config.js';

/** Whatever slow tests there are, the nearest come first. */
export default {
  ...base,
  rootDir: '../..',
  testSequencer: '<rootDir>/test/mutation/sequencer.js',
  reporters: ['<rootDir>/test/mutation/first-failure.js'],
};
