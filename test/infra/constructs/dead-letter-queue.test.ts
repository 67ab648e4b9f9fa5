import { beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { PolicyEngine, type Question } from '../../../emulator/iam/policy-engine.ts';
import { policyOfQueue } from '../../../emulator/iam/service-permissions.ts';
import { DeployedStarts } from '../../../functions/domain/deployed-starts.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

/** As many buckets as a configuration may have, with the longest names. */
const MANY = { buckets: Array.from({ length: 20 }, (_, index) => ({ name: `${'b'.repeat(61)}${index + 10}` })) };
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const MAX_POLICY = { bytes: 8192, statements: 20 };

let stack: LocalStack;
let many: LocalStack;
beforeAll(async () => {
  const several = { buckets: [{ name: 'one' }, { name: 'two' }, { name: 'by-hand', rescan: { schedule: null } }] };
  const read = async (config: object) => readTemplate((await synthesis(config)).template);
  stack = await read(several);
  many = await read(MANY);
}, 60_000);

const queueArn = (start: string, of = stack) =>
  of.ofType('AWS::SQS::Queue').find(({ logicalId }) => logicalId.startsWith(start))?.arn ?? '';
const rules = () => stack.ofType('AWS::Events::Rule').map(({ arn }) => arn);
const targetOf = (start: string) =>
  stack.ofType('AWS::Scheduler::Schedule').find(({ logicalId }) => logicalId.startsWith(start))?.properties.Target;
const roleArn = (start: string) =>
  stack.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith(start))?.arn ?? '';

/** A principal that IAM lets do anything. */
function mighty(arn: string) {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  return { arn, policies: [{ name: 'all', document: { Version: '2012-10-17', Statement } }] };
}

async function maySend(queue: string, principal: Question['principal'], sourceArn?: string): Promise<boolean> {
  const { allowed } = await new PolicyEngine().decide({
    principal,
    action: 'sqs:SendMessage',
    resource: queueArn(queue),
    context: { 'aws:SecureTransport': 'true', ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn }) },
    resourcePolicy: policyOfQueue(stack, queueArn(queue)),
  });
  return allowed;
}

const EVENTS = 'events.amazonaws.com';
const QUEUES = ['UndeliveredUploads', 'UndeliveredRescans', 'FailedUpdates'] as const;

describe.each(QUEUES)('%s', (queue) => {
  it('lets in its own senders, and no other sender of the stack', async () => {
    const senders: [sender: string, to: (typeof QUEUES)[number], may: boolean][] = [];
    for (const rule of rules()) senders.push([rule, 'UndeliveredUploads', await maySend(queue, EVENTS, rule)]);
    for (const [arn, to] of [
      [targetOf('WatchedBucket').RoleArn, 'UndeliveredRescans'],
      [targetOf('DefinitionsUpdates').RoleArn, 'FailedUpdates'],
      [roleArn('UpdateDefinitionsRole'), 'FailedUpdates'],
      [roleArn('ScanObjectRole'), undefined],
      [roleArn('ScanUploadStateMachineRole'), undefined],
    ] as const) {
      senders.push([arn, to as never, await maySend(queue, mighty(arn))]);
    }
    expect(senders).toEqual(senders.map(([sender, to]) => [sender, to, to === queue]));
    expect(senders).toHaveLength(8);
  });

  it.each<[string, Question['principal'], () => string | undefined]>([
    ['an administrator', mighty('arn:aws:iam::000000000000:role/Administrator'), () => undefined],
    ['the root user', mighty('arn:aws:iam::000000000000:root'), () => undefined],
    [
      'a role named like the scheduler’s',
      mighty('arn:aws:iam::000000000000:role/SchedulerRoleForTarget'),
      () => undefined,
    ],
    ['anybody without credentials', undefined, () => undefined],
    ['a rule of somebody else', EVENTS, () => `${rules()[0]}Not`],
    ['a rule of the same name on another bus', EVENTS, () => rules()[0]?.replace('rule/', 'rule/other/') ?? ''],
    ['EventBridge for nobody', EVENTS, () => undefined],
    ['a bucket’s notifications', 's3.amazonaws.com', () => 'arn:aws:s3:::one'],
    ['another service that names a rule', 'sns.amazonaws.com', () => rules()[0] ?? ''],
  ])('keeps out %s', async (_, principal, sourceArn) => {
    expect(await maySend(queue, principal, sourceArn())).toBe(false);
  });
});

it('a queue without senders takes nothing', async () => {
  const { template } = await synthesis({ buckets: [{ rescan: { schedule: null } }] });
  const unused = readTemplate(template);
  const { document } = policyOfQueue(unused, queueArn('UndeliveredRescans', unused)) ?? {};
  const { Statement } = document as { Statement: { Sid?: string; Condition?: object }[] };
  expect(Statement.find(({ Sid }) => Sid === 'DenyOtherSenders')).not.toHaveProperty('Condition');
});

it('the policies fit SQS with as many buckets as a configuration may have', () => {
  for (const queue of QUEUES) {
    const { document } = policyOfQueue(many, queueArn(queue, many)) ?? {};
    expect((document as { Statement: object[] }).Statement.length).toBeLessThanOrEqual(MAX_POLICY.statements);
    expect(JSON.stringify(document).length).toBeLessThanOrEqual(MAX_POLICY.bytes);
  }
});

it('the outputs for `airlock redrive` say what the rules and schedules are', () => {
  const starts = stack.outputs
    .filter(({ key }) => /^WatchedBucket.*Starts[0-9A-F]{8}$/.test(key))
    .map(({ value }) => DeployedStarts.parse(JSON.parse(value)));
  const schedules = stack
    .ofType('AWS::Scheduler::Schedule')
    .filter(({ properties }) => /stateMachine/.test(properties.Target.Arn));
  expect(starts.map(({ bucketName }) => bucketName)).toEqual(['one', 'two', 'by-hand']);
  expect(starts.map(({ uploadRuleArn }) => uploadRuleArn)).toEqual(rules());
  expect(starts.map(({ rescanSchedule }) => rescanSchedule)).toEqual([
    ...schedules.map(({ arn, properties }) => ({ arn, input: JSON.parse(properties.Target.Input) })),
    undefined,
  ]);
  for (const { bucketName, uploadRuleArn } of starts) {
    const { EventPattern } = stack.byArn(uploadRuleArn)?.properties ?? {};
    expect(EventPattern.detail.bucket.name).toEqual([bucketName]);
  }
});
