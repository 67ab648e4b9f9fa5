import base from '../../jest.config.js';

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/rails'],
  testPathIgnorePatterns: [],
  testTimeout: 120_000,
};
