import { beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { grantsOf } from '../../../emulator/iam/grants.ts';
import { rolesOf } from '../../../emulator/iam/principals.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

const BUCKETS = [{ name: 'one', prefixes: ['in/'] }, { name: 'two' }];
let stack: LocalStack;
beforeAll(async () => {
  const airlock = { report: { schedule: 'cron(0 6 * * ? *)', versions: true }, securityHub: true, buckets: BUCKETS };
  stack = readTemplate((await synthesis(airlock)).template);
}, 60_000);

const allowed = (word: string) =>
  rolesOf(stack)
    .filter(({ arn }) => new RegExp(`/${word}Role[0-9A-F]{8}$`).test(arn))
    .flatMap(grantsOf)
    .filter(({ action }) => !/^(logs|kms|sns|events:Put)/.test(action))
    .map(({ action, resource }) => `${action} ${resource.replace(/^.*(rescanresults[^/]*)/i, 'RESULTS')}`)
    .sort();

describe('what reports on a schedule', () => {
  it('starts as configured, with no input, and is heard of when it could not', () => {
    const [schedule] = stack
      .ofType('AWS::Scheduler::Schedule')
      .filter(({ logicalId }) => logicalId.startsWith('ReportsSchedule'));
    expect(schedule?.properties).toMatchObject({
      ScheduleExpression: 'cron(0 6 * * ? *)',
      Target: { Input: '{}', DeadLetterConfig: { Arn: expect.stringContaining('UndeliveredRescans') } },
    });
    const machine = stack
      .ofType('AWS::StepFunctions::StateMachine')
      .find(({ logicalId }) => logicalId.startsWith('ReportBuckets'));
    expect(schedule?.properties.Target.Arn).toBe(machine?.arn);
    expect(JSON.parse(JSON.parse(`"${machine?.properties.DefinitionSubstitutions.ReportedBuckets}"`))).toEqual([
      { bucket: 'one', rule: expect.stringMatching(/^S3Airlock-\w+-one-\w+$/), trusted: [] },
      { bucket: 'two', rule: expect.stringMatching(/^S3Airlock-\w+-two-\w+$/), trusted: [] },
    ]);
  });

  it('may read tags and write its files, and nothing else', () => {
    const buckets = BUCKETS.map(({ name }) => `arn:aws:s3:::${name}`);
    expect(allowed('ReportObjects')).toEqual([
      expect.stringMatching(/^events:DescribeRule arn:.*:rule\/S3Airlock-\w+-\*$/),
      ...buckets.map((arn) => `s3:GetObjectVersionTagging ${arn}/*`),
      // 404 for a version that is gone.
      ...buckets.map((arn) => `s3:ListBucket ${arn}`),
      ...buckets.map((arn) => `s3:ListBucketVersions ${arn}`),
      's3:PutObject RESULTS/reports/parts/*',
    ]);
    expect(allowed('WriteReport')).toEqual([
      's3:AbortMultipartUpload RESULTS/reports/dated/*',
      's3:GetObject RESULTS/reports/dated/*',
      's3:GetObject RESULTS/reports/latest/*',
      's3:GetObject RESULTS/reports/parts/*',
      's3:ListBucket RESULTS',
      's3:PutObject RESULTS/reports/dated/*',
      's3:PutObject RESULTS/reports/latest/*',
    ]);
    expect(allowed('NotifyReport')).toEqual([]);
  });

  it('leaves findings to the function that tells verdicts', () => {
    const product = 'arn:aws:securityhub:us-east-1:000000000000:product/000000000000/default';
    expect(allowed('Notify')).toEqual(
      [
        // Which are open.
        ...['Delete', 'Get', 'Put'].map((word) => `s3:${word}Object RESULTS/findings/*`).sort(),
        's3:ListBucket RESULTS',
        `securityhub:BatchImportFindings ${product}`,
      ].sort(),
    );
    const told = stack
      .ofType('AWS::Lambda::Function')
      .filter(({ properties }) => properties.Environment?.Variables?.SECURITY_HUB_PRODUCT_ARN === product);
    expect(told.map(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, ''))).toEqual(['Notify']);
  });
});

it('is not there unless asked for', async () => {
  const plain = readTemplate((await synthesis({})).template);
  expect([...plain.resources.keys()].filter((id) => /^(Report|WriteReport|NotifyReport)/.test(id))).toEqual([]);
  expect(JSON.stringify([...plain.resources.values()].map(({ properties }) => properties))).not.toContain(
    'securityhub',
  );
});
