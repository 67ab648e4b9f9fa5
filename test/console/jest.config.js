import base from '../../jest.config.js';

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/console/browser'],
  testPathIgnorePatterns: [],
  // A guard: each file starts the whole pipeline and a browser.
  testTimeout: 180_000,
};
