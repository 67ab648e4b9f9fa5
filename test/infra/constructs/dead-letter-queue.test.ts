import { beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { PolicyEngine, type Question } from '../../../emulator/iam/policy-engine.ts';
import { policyOfQueue } from '../../../emulator/iam/resource-policies.ts';
import { DeployedBucket } from '../../../functions/domain/deployed-bucket.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

let stack: LocalStack;
beforeAll(async () => {
  const several = { buckets: [{ name: 'one' }, { name: 'two' }, { name: 'by-hand', rescan: { schedule: null } }] };
  const read = async (config: object) => readTemplate((await synthesis(config)).template);
  stack = await read(several);
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

async function maySend(
  queue: string,
  principal: Question['principal'],
  sourceArn?: string,
  sourceAccount = ACCOUNT,
): Promise<boolean> {
  const { allowed } = await new PolicyEngine().decide({
    principal,
    action: 'sqs:SendMessage',
    resource: queueArn(queue),
    context: {
      'aws:SecureTransport': 'true',
      ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount }),
    },
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
      [targetOf('RescanSchedule').RoleArn, 'UndeliveredRescans'],
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
    ['a rule of somebody else', EVENTS, () => rules()[0]?.replace('rule/', 'rule/Not') ?? ''],
    ['a rule of a stack whose name begins alike', EVENTS, () => rules()[0]?.replace(/-\w{8}-/, '-00000000-') ?? ''],
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

it('takes no rule of the same name in another account', async () => {
  expect(await maySend('UndeliveredUploads', EVENTS, rules()[0], '111122223333')).toBe(false);
});

it('the outputs for `airlock redrive` say what the rules and schedules are', () => {
  const starts = stack.outputs
    .filter(({ key }) => /^WatchedBucket.*Deployed[0-9A-F]{8}$/.test(key))
    .map(({ value }) => DeployedBucket.parse(JSON.parse(value)).starts);
  const schedules = stack
    .ofType('AWS::Scheduler::Schedule')
    .filter(({ properties }) => /stateMachine/.test(properties.Target.Arn));
  expect(starts.map(({ bucketName }) => bucketName)).toEqual(['one', 'two', 'by-hand']);
  expect(starts.map(({ uploadRuleArn }) => uploadRuleArn).toSorted()).toEqual(rules().toSorted());
  expect(starts.map(({ rescanSchedule }) => rescanSchedule)).toEqual([
    ...schedules.map(({ arn, properties }) => ({ arn, input: JSON.parse(properties.Target.Input) })),
    undefined,
  ]);
  for (const { bucketName, uploadRuleArn } of starts) {
    const { EventPattern } = stack.byArn(uploadRuleArn)?.properties ?? {};
    expect(EventPattern.detail.bucket.name).toEqual([bucketName]);
  }
});
