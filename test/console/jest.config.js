import base from '../../jest.config.js';

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/console/browser'],
  testPathIgnorePatterns: [],
};
