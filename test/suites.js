import { matchesGlob } from 'node:path';

/*
 * What a test needs decides its suite: docs/testing.md. A test file belongs to the suite whose patterns it matches, and to
 * `npm test` when it matches none. test/suites.test.ts compares this with the tree.
 */

/** Tests that start programs: clamd, freshclam, `airlock`, shells; most of them with a whole pipeline. */
const pipeline = [
  'test/bench/harness/run.test.ts',
  'test/cli/commands/{completion,completion-in-shells,global-options,help,init,rows}.test.ts',
  'test/cli/operations/print-guard.test.ts',
  'test/docs/{commands,integrations,links}.test.ts',
  'test/emulator/sqs/query-protocol.test.ts',
  'test/functions/adapters/aws/{metrics,object-copy}.test.ts',
  'test/functions/adapters/clamav/{allow-lists,clamd-connection,clamd-process,definitions-self-test,frozen-sandbox}.test.ts',
  'test/functions/adapters/clamav/{rules-trial,scan-engine,time-limits,warm-engine,warm-engine-life}.test.ts',
  'test/functions/adapters/definitions/{bucket-source,freshclam,frozen-download}.test.ts',
  'test/functions/adapters/process/{bound-process,private-folder}.test.ts',
  'test/functions/adapters/unpacking/pdf/pdf-scan.test.ts',
  'test/functions/adapters/unpacking/{numbered-files,reader-pool,scratch-folder,seven-zip-worker}.test.ts',
  'test/functions/adapters/unpacking/{unpacker,unpacking}.test.ts',
  'test/functions/domain/cost/measured.test.ts',
  'test/functions/handlers/{crowded-disk,scan-cut-off,scan-object,update-definitions}.test.ts',
  'test/hostile-containers/*.test.ts',
  'test/local/commands/*.test.ts',
  'test/local/setup/{distribution,temporary-folder,turn}.test.ts',
  'test/local/stack/{definitions,pipeline}.test.ts',
  'test/local/{profile,samples,setup}.test.ts',
  'test/scenarios/*.test.ts',
  'test/support/runner/runner.test.ts',
];

/** Tests of what is deployed: they synthesize, bundle, or ask npm. */
const infra = [
  'test/bench/bursts/deployed.test.ts',
  'test/docs/{aws-features,first-deployment}.test.ts',
  'test/emulator/iam/service-permissions.test.ts',
  'test/examples/{eventbridge-pagerduty,eventbridge-slack,terraform}.test.ts',
  'test/functions/adapters/aws/deployed-uploads.test.ts',
  'test/functions/domain/cost/settings.test.ts',
  'test/infra/app.test.ts',
  'test/infra/constructs/monitoring/alarm-set.test.ts',
  'test/infra/constructs/{airlock,dead-letter-queue,guard,overflow-queue,reports,scan-queues}.test.ts',
  'test/infra/limits/large-configurations.test.ts',
  'test/infra/scanner/bundle.test.ts',
  'test/infra/stacks/*.test.ts',
  'test/infra/supply-chain/{base-image,bundles,licenses,sbom,update-pins}.test.ts',
  'test/local/stack/people.test.ts',
  'test/support/synthesizer.test.ts',
];

/** By the name in `npm run test:NAME`. */
export const SUITES = {
  pipeline,
  infra,
  browser: ['test/browser/*.test.ts'],
  ceph: ['test/ceph/**/*.test.ts'],
  clients: ['test/clients/*.test.ts'],
  console: ['test/console/browser/*.test.ts'],
  image: ['test/image/*.test.ts'],
  package: ['test/package/*.test.ts'],
  rails: ['test/rails/*.test.ts'],
  soak: ['test/soak/*.test.ts'],
};

/** Names of the suites with that file, a path from the root: none for a test of `npm test`. */
export function suitesOf(file) {
  return Object.keys(SUITES).filter((name) => SUITES[name].some((pattern) => matchesGlob(file, pattern)));
}

/** Which files jest takes for tests of the suite. */
export function testsOf(name) {
  return SUITES[name].map((pattern) => `<rootDir>/${pattern}`);
}

/** Which files jest takes for tests of `npm test`. It knows its root only at the beginning of a pattern. */
export function testsOfNoSuite() {
  const others = Object.values(SUITES).flat();
  return ['<rootDir>/test/**/*.test.ts', ...others.map((pattern) => `!**/${pattern}`)];
}
