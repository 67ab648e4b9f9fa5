/** AWS's longest names, and event patterns just under what EventBridge accepts with the quota that everybody has. */
const NAME = 63;
const ROLE_NAME = 64;
const PATH = 100;
const FILTER = 640;
const STACK_NAME = 128;
/** Buckets whose clean objects are copied, each to a bucket of its own. */
const COPIED = 20;

const named = (index: number) => `example-${String(index).padStart(3, '0')}-`.padEnd(NAME, 'x');
const account = '1'.repeat(12);

/** Buckets that differ in everything that may differ: each has a rule, a schedule and filters of its own. */
export function largeConfiguration(buckets: number, workflow: 'STANDARD' | 'EXPRESS'): object {
  return {
    stackName: 'S'.padEnd(STACK_NAME, 't'),
    workflow,
    alarmEmail: 'security@example.com',
    report: { schedule: 'rate(1 day)', versions: true },
    quarantine: {
      operatorRoleArns: [0, 1, 2].map(
        (index) => `arn:aws-us-gov:iam::${account}:role/${`${index}`.padEnd(PATH, 'p')}/${'r'.repeat(ROLE_NAME)}`,
      ),
    },
    kmsKeyArns: [0, 1, 2].map(
      (index) => `arn:aws-us-gov:kms:us-gov-west-1:${account}:key/${`${index}`.padEnd(36, 'k')}`,
    ),
    buckets: Array.from({ length: buckets }, (_, index) => ({
      name: named(index),
      prefixes: [`${index}/`.padEnd(FILTER, 'a'), `${index}-`.padEnd(FILTER, 'b')],
      suffixes: [],
      // A policy has room for 40 of the longest names: docs/configuration.md.
      ...(index < COPIED && {
        onClean: { copyTo: { bucket: `clean-${index}-`.padEnd(NAME, 'y'), prefix: `${index}/` } },
      }),
      onInfected: (['tag', 'quarantine', 'delete'] as const)[index % 3],
      cors: [{ allowedOrigins: ['https://app.example.com'] }],
      rescan: { schedule: `cron(${index % 60} ${index % 24} * * ? *)`, prefix: `${index}/`.padEnd(FILTER, 'a') },
    })),
  };
}
