import base from '../../jest.config.js';

/** A minute and more of work on one core, so a command of its own. */
export default { ...base, rootDir: '../..', roots: ['<rootDir>/test/soak'], testPathIgnorePatterns: [] };
