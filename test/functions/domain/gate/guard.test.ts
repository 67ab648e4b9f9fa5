import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, REGION } from '../../../../emulator/cloudformation/template.ts';
import {
  type DeployedGuard,
  MAX_PERMISSIONS_BOUNDARY_CHARACTERS,
  MAX_SERVICE_CONTROL_POLICY_CHARACTERS,
  permissionsBoundary,
  serviceControlPolicy,
} from '../../../../functions/domain/gate/guard.ts';
import {
  administrator,
  allowedUnder,
  type Forgery,
  forgeriesIn,
  GUARDS,
  type GuardKind,
} from '../../../support/gate/guarded.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const guardOf = (stack: string): DeployedGuard => ({
  functionArns: [arn('lambda', `function:${stack}-TagObject`)],
  invokerRoleArns: [role(`${stack}-ScanUpload`), role(`${stack}-RescanBucket`)],
  stateMachineArns: [arn('states', `stateMachine:${stack}-ScanUpload`)],
  starterRoleArns: [role(`${stack}-Events`), role(`${stack}-RescanBucket`)],
  queueArns: [arn('sqs', `${stack}-UndeliveredUploads`)],
  senderRoleArns: [role(`${stack}-Scheduler`)],
  waitingMachineArns: [arn('states', `stateMachine:${stack}-ScanUpload`)],
  workerRoleArns: [role(`${stack}-ScanObject`), role(`${stack}-FailAbandonedScan`)],
  topicArns: [arn('sns', `${stack}-Notifications`)],
  eventBusArns: [arn('events', 'event-bus/default')],
  notifierRoleArns: [role(`${stack}-Notify`)],
});
const [ONE, TWO] = [guardOf('One'), guardOf('Two')];
const OPERATOR = role('ops/Operator');

/** Named by no statement. */
const OUTSIDERS = [
  `arn:aws:iam::${ACCOUNT}:user/admin`,
  `arn:aws:iam::${ACCOUNT}:user/One-Notify`,
  role('Administrator'),
  role('One-Notify2'),
  role('path/One-Notify'),
  role('one-notify'),
  OPERATOR,
].map(administrator);

const EXEMPT: readonly (readonly [start: string, roles: keyof DeployedGuard])[] = [
  ['lambda:', 'invokerRoleArns'],
  ['states:SendTask', 'workerRoleArns'],
  ['states:', 'starterRoleArns'],
  ['sqs:', 'senderRoleArns'],
  ['', 'notifierRoleArns'],
];
const exempt = (guard: DeployedGuard, { action }: Forgery) =>
  guard[EXEMPT.find(([start]) => action.startsWith(start))?.[1] ?? 'topicArns'];

describe.each(Object.keys(GUARDS) as GuardKind[])('%s', (kind) => {
  const policyOf = GUARDS[kind];

  it('keeps what could fake a result from administrators, whatever their role is called', async () => {
    const policy = policyOf([ONE]);
    for (const who of OUTSIDERS) {
      for (const forgery of forgeriesIn(ONE)) {
        expect([who.arn, forgery, await allowedUnder(kind, policy, who, forgery)]).toEqual([who.arn, forgery, false]);
      }
    }
  });

  it('leaves each of it to the roles of the pipeline that do it, and to no other', async () => {
    const policy = policyOf([ONE]);
    const roles = [...new Set(EXEMPT.flatMap(([, key]) => ONE[key]))];
    for (const who of roles) {
      for (const forgery of forgeriesIn(ONE)) {
        const allowed = exempt(ONE, forgery).includes(who);
        expect([who, forgery, await allowedUnder(kind, policy, administrator(who), forgery)]).toEqual([
          who,
          forgery,
          allowed,
        ]);
      }
    }
  });

  it('lets the named operators start executions, and nothing else', async () => {
    const policy = policyOf([ONE], [OPERATOR]);
    for (const forgery of forgeriesIn(ONE)) {
      const starts = /^states:(Start|Redrive)/.test(forgery.action);
      expect([forgery, await allowedUnder(kind, policy, administrator(OPERATOR), forgery)]).toEqual([forgery, starts]);
    }
  });

  it('is about this stack alone, and about no other event on the bus', async () => {
    const bus = ONE.eventBusArns[0] ?? '';
    const others: Forgery[] = [
      ...forgeriesIn(TWO).filter(({ action }) => action !== 'events:PutEvents'),
      { action: 'lambda:InvokeFunction', resource: arn('lambda', 'function:mine') },
      { action: 'events:PutEvents', resource: bus, context: { 'events:source': ['my.app'] } },
      { action: 'events:PutEvents', resource: bus },
      { action: 'states:SendTaskSuccess', resource: arn('states', 'stateMachine:mine') },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key' },
      { action: 'states:DescribeStateMachine', resource: ONE.stateMachineArns[0] ?? '' },
      { action: 'lambda:GetFunction', resource: ONE.functionArns[0] ?? '' },
    ];
    const [who = administrator('')] = OUTSIDERS;
    for (const other of others)
      expect([other, await allowedUnder(kind, policyOf([ONE]), who, other)]).toEqual([other, true]);
  });

  it('denies an event among others, and lets two stacks notify side by side', async () => {
    const [bus = ''] = ONE.eventBusArns;
    const [who = administrator('')] = OUTSIDERS;
    const mixed = { action: 'events:PutEvents', resource: bus, context: { 'events:source': ['my.app', 's3-airlock'] } };
    expect(await allowedUnder(kind, policyOf([ONE]), who, mixed)).toBe(false);
    for (const notifier of [ONE, TWO].flatMap(({ notifierRoleArns }) => notifierRoleArns)) {
      expect(await allowedUnder(kind, policyOf([ONE, TWO]), administrator(notifier), mixed)).toBe(true);
    }
  });
});

it('names each statement: an administrator reads the name, and AWS takes no two of one name and no empty one', () => {
  const names = ['DenyInvoke', 'DenyStart', 'DenySend', 'DenyAnswer', 'DenyPublish', 'DenyPutEvents'];
  expect(serviceControlPolicy([ONE]).Statement.map(({ Sid }) => Sid)).toEqual(names);
  expect(permissionsBoundary([ONE]).Statement.map(({ Sid }) => Sid)).toEqual(['AllowTheRest', ...names]);
});

it('names resources without region and account, except the event bus, which has the same name everywhere', () => {
  const resources = serviceControlPolicy([ONE]).Statement.flatMap(({ Resource }) => [Resource].flat());
  expect([...new Set(resources)]).toEqual([
    'arn:aws:lambda:*:*:function:One-TagObject*',
    'arn:aws:states:*:*:stateMachine:One-ScanUpload*',
    'arn:aws:states:*:*:execution:One-ScanUpload*',
    'arn:aws:sqs:*:*:One-UndeliveredUploads',
    'arn:aws:sns:*:*:One-Notifications',
    `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
  ]);
});

it('fits AWS’s limits with the longest names that CloudFormation makes', () => {
  const region = 'ap-southeast-2';
  const many = (count: number, prefix: string, length: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(length, 'x')}`);
  const roles = (count: number) => many(count, `arn:aws:iam::${ACCOUNT}:role/`, 64);
  const longest: DeployedGuard = {
    functionArns: many(10, `arn:aws:lambda:${region}:${ACCOUNT}:function:`, 64),
    invokerRoleArns: roles(3),
    stateMachineArns: many(3, `arn:aws:states:${region}:${ACCOUNT}:stateMachine:`, 80),
    starterRoleArns: roles(4),
    queueArns: many(4, `arn:aws:sqs:${region}:${ACCOUNT}:`, 80),
    senderRoleArns: roles(3),
    waitingMachineArns: many(1, `arn:aws:states:${region}:${ACCOUNT}:stateMachine:`, 80),
    workerRoleArns: roles(3),
    topicArns: many(1, `arn:aws:sns:${region}:${ACCOUNT}:`, 100),
    eventBusArns: [`arn:aws:events:${region}:${ACCOUNT}:event-bus/default`],
    notifierRoleArns: roles(2),
  };
  const operators = roles(2);
  expect(JSON.stringify(serviceControlPolicy([longest], operators)).length).toBeLessThanOrEqual(
    MAX_SERVICE_CONTROL_POLICY_CHARACTERS,
  );
  expect(JSON.stringify(permissionsBoundary([longest], operators)).length).toBeLessThanOrEqual(
    MAX_PERMISSIONS_BOUNDARY_CHARACTERS,
  );
});
