import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../cli/operations/doctor/finding.ts';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { CURRENT_KEY, type PublishedDefinitions } from '../../functions/domain/definitions/published-definitions.ts';
import { OPERATOR, READER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock doctor`: a healthy stack, and one that somebody broke in many places. */
const HOUR = 3_600_000;
const NAMES = ['uploads', 'plain', 'lost'] as const;
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: { buckets: [{ name: 'uploads' }, { name: 'plain', versioned: false }, { name: 'lost' }] },
  });
}, 60_000);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

async function doctor(...args: string[]) {
  const { stdout, stderr, code } = await airlockCommand(airlock.pipeline, ['doctor', '--json', ...args]);
  const lines = stdout.trimEnd().split('\n').filter(Boolean);
  return { stderr, code, findings: lines.map((line) => JSON.parse(line) as Finding) };
}
const s3 = () => airlock.pipeline.client(OPERATOR);
const outputOf = (key: string) => airlock.pipeline.stack.outputs.find((output) => output.key === key)?.value ?? '';
const inStack = (type: string, word: string) => {
  const found = airlock.pipeline.stack.ofType(type).find(({ logicalId }) => logicalId.includes(word));
  if (found === undefined) throw new Error(`no ${type} ${word}`);
  return found;
};

async function publishDefinitions(checkedAt: Date, signaturesTime = checkedAt) {
  const set: PublishedDefinitions = {
    version: '27500',
    prefix: 'versions/20261126T000000000Z-27500/',
    files: [{ name: 'daily.cld', size: 1, sha256: 'a'.repeat(64), modified: checkedAt.toISOString() }],
    publishedAt: checkedAt.toISOString(),
    checkedAt: checkedAt.toISOString(),
    signaturesTime: signaturesTime.toISOString(),
  };
  await airlock.pipeline.s3.seed(outputOf('DefinitionsBucketName'), CURRENT_KEY, JSON.stringify(set));
}

describe('a healthy stack', () => {
  it('has nothing but ok, and exits 0', async () => {
    const { findings, stderr, code } = await doctor();
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    const checks = findings.map(({ check, subject }) => (subject === null ? check : `${check}: ${subject}`));
    expect(checks).toEqual([
      'stack',
      ...NAMES.flatMap((name) =>
        ['bucket', 'notifications', 'versioning', 'gate', 'upload rule'].map((check) => `${check}: ${name}`),
      ),
      'definitions',
      ...['uploads', 'rescans', 'definitions updates'].map((queue) => `dead letters: ${queue}`),
      ...['uploads', 'large uploads', 'abandoned scans'].map((queue) => `waiting: ${queue}`),
      'alarms',
      'subscribers of alarms',
      'quota: Lambda concurrency',
      'quota: StartExecution throttle token refill rate',
      'quota: StateTransition throttle token refill rate',
      'drift',
    ]);
    expect(findings.find(({ check, subject }) => check === 'versioning' && subject === 'plain')?.found).toBe(
      'off, as configured',
    );
    expect(stderr).toContain('drift: CloudFormation compares');
    expect(stderr).toContain(`0 failures, 0 warnings, ${findings.length} ok`);
  }, 30_000);

  it('is looked at bucket by bucket, and without drift', async () => {
    await publishDefinitions(new Date());
    const { stdout, code } = await airlockCommand(airlock.pipeline, ['doctor', 'plain', '--no-drift']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^stack\tok\tCREATE_COMPLETE\t\nbucket: plain\tok\texists in us-east-1\t\n/);
    expect(stdout).toContain('\ndefinitions\tok\t27500, checked within the hour\t\n');
    expect(stdout).not.toMatch(/: uploads\tok\tS3 tells|drift/);
  }, 30_000);
});

it('warns, and exits 1, where only the mirror is old and an address has not confirmed', async () => {
  await publishDefinitions(new Date(), new Date(Date.now() - 50 * HOUR));
  const topics = topicsClient();
  const TopicArn = outputOf('AlarmsTopicArn');
  await topics.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' }));
  topics.destroy();
  const { findings, code } = await doctor('plain', '--no-drift');
  const warnings = findings.filter(({ level }) => level !== 'ok');
  expect(warnings.map(({ level, found }) => [level, found])).toEqual([
    ['warning', '27500: the newest that the mirror has are 50 hours old'],
    ['warning', 'ops@example.com (email) has not confirmed: it gets no alarms'],
  ]);
  expect(code).toBe(1);
}, 30_000);

const OPERATORS = {
  region: 'us-east-1',
  credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'x' },
};
const topicsClient = () => new SNSClient({ ...OPERATORS, endpoint: airlock.pipeline.endpoints.sns });

describe('a broken stack', () => {
  let findings: readonly Finding[] = [];
  let code: number | null = 0;
  beforeAll(async () => {
    await breakAll();
    ({ findings, code } = await doctor());
  }, 60_000);

  it('exits 3', () => expect(code).toBe(3));

  it.each<[string, string | null | RegExp, string, RegExp, RegExp]>([
    ['bucket', 'lost', 'failure', /^does not exist$/, /outliving-the-stack/],
    ['notifications', 'uploads', 'failure', /does not tell EventBridge/, /airlock rescan uploads --strategy unscanned/],
    ['versioning', 'uploads', 'warning', /^suspended/, /put-bucket-versioning --bucket uploads/],
    ['gate', 'uploads', 'failure', /: DenyForgedVerdict missing or changed/, /airlock bucket-policy diff uploads/],
    ['gate', 'plain', 'failure', /: DenyUnlessClean, .*DenyInsecureTransport missing/, /bucket-policy diff plain/],
    ['upload rule', 'uploads', 'failure', /is disabled/, /aws events enable-rule --name /],
    ['definitions', null, 'failure', /27500: no update has succeeded for 30 hours/, /^airlock definitions update$/],
    ['dead letters', 'uploads', 'failure', /^1 message$/, /airlock redrive uploads/],
    ['alarms', /RescansUndelivered/, 'failure', /^in ALARM: Rescans are in the dead-letter queue/, /alarms\.md/],
    ['subscribers of alarms', null, 'failure', /^ops@example.com .* has not confirmed/, /open the link/],
    ['quota', 'Lambda concurrency', 'warning', /^10 invocations at once .* 0 left/, /scale\.md/],
    ['quota', 'StartExecution throttle token refill rate', 'warning', /^100 uploads can start/, /scale\.md/],
    ['drift', /TagObject/, 'failure', /^AWS::IAM::Role .* is changed: \/Policies\/0/, /CloudFormation console/],
    ['drift', /UndeliveredRescans/, 'warning', /^AWS::SQS::Queue .* is deleted$/, /CloudFormation console/],
  ])('%s %s: %s', (check, subject, level, found, todo) => {
    const named = findings.filter((finding) => {
      if (finding.check !== check) return false;
      return subject instanceof RegExp ? subject.test(finding.subject ?? '') : finding.subject === subject;
    });
    expect(named).toEqual([
      expect.objectContaining({
        level,
        found: expect.stringMatching(found),
        todo: expect.stringMatching(todo),
      }),
    ]);
  });

  it('names what these credentials may not see', () => {
    expect(findings.find(({ check, subject }) => check === 'versioning' && subject === 'plain')).toEqual({
      check: 'versioning',
      subject: 'plain',
      level: 'warning',
      found: 'not checked: AWS denies it to these credentials',
      todo: 'allow them s3:GetBucketVersioning',
    });
  });

  it('asks nothing more about a bucket that is not there', () => {
    expect(findings.filter(({ subject }) => subject === 'lost')).toHaveLength(1);
  });

  async function breakAll() {
    const { pipeline } = airlock;
    await s3().send(new DeleteBucketCommand({ Bucket: 'lost' }));
    await s3().send(
      new PutBucketNotificationConfigurationCommand({ Bucket: 'uploads', NotificationConfiguration: {} }),
    );
    const VersioningConfiguration = { Status: 'Suspended' as const };
    await s3().send(new PutBucketVersioningCommand({ Bucket: 'uploads', VersioningConfiguration }));
    const { Policy = '' } = await s3().send(new GetBucketPolicyCommand({ Bucket: 'uploads' }));
    const policy = JSON.parse(Policy);
    policy.Statement = policy.Statement.filter(({ Sid }: { Sid: string }) => Sid !== 'DenyForgedVerdict');
    await s3().send(new PutBucketPolicyCommand({ Bucket: 'uploads', Policy: JSON.stringify(policy) }));
    await s3().send(new DeleteBucketPolicyCommand({ Bucket: 'plain' }));
    const denied = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetBucketVersioning', Resource: 'arn:aws:s3:::plain' }],
    };
    await s3().send(new PutBucketPolicyCommand({ Bucket: 'plain', Policy: JSON.stringify(denied) }));
    const rule = pipeline.stack
      .ofType('AWS::Events::Rule')
      .find(({ properties }) => properties.EventPattern?.detail?.bucket?.name?.[0] === 'uploads');
    const events = new EventBridgeClient({ ...OPERATORS, endpoint: pipeline.endpoints.eventBridge });
    await events.send(new DisableRuleCommand({ Name: rule?.ref }));
    events.destroy();
    await publishDefinitions(new Date(Date.now() - 30 * HOUR));
    const undelivered = inStack('AWS::SQS::Queue', 'UndeliveredUploads');
    pipeline.queues.byArn(undelivered.arn)?.send({ body: '{}', attributes: {} });
    pipeline.alarms.record({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: inStack('AWS::SQS::Queue', 'UndeliveredRescans').properties.QueueName ?? queueName() },
      value: 1,
    });
    await unsubscribeAll();
    pipeline.account.concurrency = 10;
    const [, start] = pipeline.account.quotas.states ?? [];
    Object.assign(start ?? {}, { Value: 100 });
    const difference = {
      PropertyPath: '/Policies/0',
      ExpectedValue: '',
      ActualValue: '{}',
      DifferenceType: 'ADD',
    } as const;
    pipeline.drift.drifted.set(inStack('AWS::IAM::Role', 'TagObject').logicalId, [difference]);
    pipeline.drift.drifted.set(inStack('AWS::SQS::Queue', 'UndeliveredRescans').logicalId, []);
  }

  const queueName = () => inStack('AWS::SQS::Queue', 'UndeliveredRescans').arn.split(':').at(-1) ?? '';

  async function unsubscribeAll() {
    const topics = topicsClient();
    const TopicArn = outputOf('AlarmsTopicArn');
    const { Subscriptions = [] } = await topics.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    const confirmed = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn !== 'PendingConfirmation');
    for (const { SubscriptionArn } of confirmed) await topics.send(new UnsubscribeCommand({ SubscriptionArn }));
    topics.destroy();
  }
});

describe('wrong use', () => {
  it.each([
    [['mine'], 'does not watch the bucket mine; it watches: uploads, plain, lost'],
    [['--timeout', 'long'], 'not a number of seconds'],
    [['--stack', 'Other'], 'Other'],
  ])('%j', async (args, words) => {
    const { stderr, code, findings } = await doctor(...args);
    expect({ code, findings }).toEqual({ code: 2, findings: [] });
    expect(stderr).toContain(words);
  });

  it('by somebody who may not see the stack', async () => {
    const { stderr, code } = await airlockCommand(airlock.pipeline, ['doctor'], READER);
    expect([code, stderr]).toEqual([2, expect.stringContaining('AccessDenied')]);
  });
});
