import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { shareOf, TEMPLATE_LIMITS } from '../../../infra/limits/template-limits.ts';
import { largeConfiguration } from '../../support/limits/large-configurations.ts';
import type { Child } from './measure-in-child.ts';

/** Room for what comes next. */
const MOST = 0.9;
/** Processor time of synthesis for 100 buckets: on an idle machine it is the time that a user waits. */
const MOST_SECONDS = 20;

const SIZES = [1, 20, 100];
const CASES = (['STANDARD', 'EXPRESS'] as const).flatMap((workflow) =>
  SIZES.map((buckets) => [workflow, buckets] as const),
);
/** Over EventBridge's 30 rules with wildcards, which it does not raise. */
const TOO_MANY_WILDCARDS = {
  buckets: Array.from({ length: 31 }, (_, index) => ({
    name: `bucket-${index}`,
    prefixes: ['in/'],
    suffixes: ['.pdf'],
  })),
};

/** Each prefix has statements of its own: their roles differ. */
const trusting = (prefixes: number) => ({
  buckets: [
    {
      name: 'b'.repeat(63),
      trusted: Array.from({ length: prefixes }, (_, at) => ({
        prefix: `${`exports-${at}`.padEnd(40, 'x')}/`,
        writerRoleArns: [`arn:aws:iam::111122223333:role/${`writer-${at}`.padEnd(64, 'x')}`],
      })),
    },
  ],
});
const REFUSED = [TOO_MANY_WILDCARDS, trusting(14), trusting(9)];

let measured: Child[];
beforeAll(() => {
  const { NODE_OPTIONS, ...env } = process.env;
  const configurations = [...CASES.map(([workflow, buckets]) => largeConfiguration(buckets, workflow)), ...REFUSED];
  const child = spawnSync(process.execPath, ['test/infra/limits/measure-in-child.ts'], {
    input: JSON.stringify(configurations),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    env,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  measured = JSON.parse(child.stdout);
}, 300_000);

describe.each(CASES)('%s with %i buckets', (workflow, buckets) => {
  const child = () => measured[CASES.findIndex(([each, size]) => each === workflow && size === buckets)] as Child;

  it('stays under 90 % of every limit', () => {
    const { measurements, refusal } = child();
    const over = measurements
      .filter((measurement) => shareOf(measurement) > MOST)
      .map(({ limit, resource, value }) => `${limit} of ${resource}: ${value}`);
    expect([over, refusal]).toEqual([[], undefined]);
  });

  it('is measured for every limit of the table', () => {
    const limits = new Set(child().measurements.map(({ limit }) => limit));
    expect([...limits].sort()).toEqual(Object.keys(TEMPLATE_LIMITS).sort());
  });

  it('is synthesized in time', () => {
    expect(child().milliseconds / 1000).toBeLessThan(MOST_SECONDS);
  });
});

it('synthesis refuses what AWS would, and names the limit and the key', () => {
  const [wildcards, policy, fits] = measured.slice(-REFUSED.length).map(({ refusal }) => refusal);
  expect(fits).toBeUndefined();
  expect(policy).toMatch(
    /S3Airlock.*: policy of a bucket is \d+ bytes, AWS accepts 20,?480 \(https:.*\); it grows with .*`trusted`/,
  );
  expect(wildcards).toMatch(
    /S3Airlock: rules with wildcards is 31 rules, AWS accepts 30 \(https:.*\); it grows with the number of `buckets` that have both/,
  );
});
