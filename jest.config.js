// Handlers log every fault; a test that wants to see them says so.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';

/** ESM and TypeScript as Node itself runs them; swc only strips the types. */
export default {
  testEnvironment: 'node',
  // Much of the time goes by in other processes (clamd, cdk, freshclam): jest's own default leaves a processor idle.
  maxWorkers: '100%',
  // More than the tests, so that `--findRelatedTests` and `--onlyChanged` can follow a source file to its tests.
  roots: [
    'cli',
    'clients',
    'console',
    'docs',
    'emulator',
    'examples',
    'functions',
    'infra',
    'local',
    'statemachines',
    'test',
  ].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  dependencyExtractor: '<rootDir>/test/support/dependencies.js',
  globalSetup: '<rootDir>/test/support/start-synthesizer.ts',
  globalTeardown: '<rootDir>/test/support/stop-synthesizer.ts',
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node', 'md', 'conf'],
  // These have a configuration and a command of their own: `npm run test:ceph`, `npm run test:image`, `npm run test:soak`,
  // `npm run test:browser`, `npm run test:clients`, `npm run test:console`, `npm run test:package`,
  // `npm run test:rails`.
  testPathIgnorePatterns: [
    '<rootDir>/test/browser/',
    '<rootDir>/test/ceph/',
    '<rootDir>/test/clients/(?!upload/)',
    '<rootDir>/test/console/browser/',
    '<rootDir>/test/image/',
    '<rootDir>/test/package/',
    '<rootDir>/test/rails/',
    '<rootDir>/test/soak/',
  ],
  // Examples import the package by its name.
  moduleNameMapper: { '^s3-airlock/upload$': '<rootDir>/clients/upload/index.ts' },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // A guard, not a target: on a busy machine the first synthesis alone takes half a minute.
  testTimeout: 60_000,
};
