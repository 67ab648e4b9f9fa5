import base from '../../jest.config.js';

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/clients'],
  // Those are quick, and part of `npm test`.
  testPathIgnorePatterns: ['<rootDir>/test/clients/upload/'],
  testTimeout: 120_000,
};
