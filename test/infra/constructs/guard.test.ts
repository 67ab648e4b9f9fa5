import { beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { grantsOf } from '../../../emulator/iam/grants.ts';
import { type Principal, rolesOf } from '../../../emulator/iam/principals.ts';
import { DeployedGuard } from '../../../functions/domain/gate/guard.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';
import {
  administrator,
  allowedUnder,
  type Forgery,
  forgeriesIn,
  GUARDS,
  type GuardKind,
  PUT_RESULT,
} from '../../support/gate/guarded.ts';

/** The guard, made from what is deployed, and what the deployed roles are granted. */
describe.each<[string, object]>([
  ['the defaults', {}],
  [
    'several buckets under EXPRESS',
    {
      workflow: 'EXPRESS',
      engine: { ephemeralStorageMb: 6144 },
      buckets: [{ onInfected: 'delete' }, { name: 'other', onInfected: 'quarantine', rescan: { schedule: null } }],
    },
  ],
])('for %s', (_, airlock) => {
  let stack: LocalStack;
  let guard: DeployedGuard;
  let roles: Principal[];
  const arnsOf = (type: string) => stack.ofType(type).map(({ arn }) => arn);

  beforeAll(async () => {
    stack = readTemplate((await synthesis(airlock)).template);
    guard = DeployedGuard.parse(JSON.parse(stack.outputs.find(({ key }) => key === 'Guard')?.value ?? ''));
    roles = rolesOf(stack);
  });

  it('guards what others than workers could send, start or call', () => {
    const functions = arnsOf('AWS::Lambda::Function').filter(
      (arn) =>
        !/:(UpdateDefinitions|CheckFileType|FindCurrentObject|PrepareRescan|ScanBatch|(Prepare|Summarize)Hunt|HuntBatch)\w+$/.test(
          arn,
        ),
    );
    expect(functions).toHaveLength('workflow' in airlock ? 12 : 10);
    expect([...guard.functionArns].sort()).toEqual(functions.sort());
    // A hunt changes nothing, whoever starts it.
    const hunt = arnsOf('AWS::StepFunctions::StateMachine').filter((arn) => arn.includes(':HuntBucket'));
    expect([...guard.stateMachineArns, ...hunt].sort()).toEqual(arnsOf('AWS::StepFunctions::StateMachine').sort());
    const ofScans = arnsOf('AWS::SQS::Queue').filter((arn) => arn.includes('ScanQueues'));
    expect(ofScans).toHaveLength(3);
    expect([...guard.queueArns, ...ofScans].sort()).toEqual(arnsOf('AWS::SQS::Queue').sort());
    expect(guard.waitingMachineArns).toEqual([
      arnsOf('AWS::StepFunctions::StateMachine').find((arn) =>
        arn.includes('workflow' in airlock ? 'ScanOverflow' : 'ScanUpload'),
      ),
    ]);
    expect(guard.topicArns).toEqual([stack.outputs.find(({ key }) => key === 'NotificationsTopicArn')?.value]);
  });

  it.each(Object.keys(GUARDS) as GuardKind[])('%s leaves the pipeline what it needs', async (kind) => {
    const policy = GUARDS[kind]([guard]);
    const guarded = new Set(forgeriesIn(guard).map(({ action }) => action));
    const needed = roles.flatMap((who) => grantsOf(who).map((grant) => ({ who, ...grant })));
    const ofScans = /:ScanQueues/;
    const found = needed.filter(({ action, resource }) => guarded.has(action) && !ofScans.test(resource));
    expect(new Set(found.map(({ action }) => action)).size).toBe(7);
    for (const { who, action, resource } of found) {
      const context = action === 'events:PutEvents' ? PUT_RESULT : {};
      const answer = await allowedUnder(kind, policy, who, {
        action,
        // A version of the function.
        resource: resource.replace(/:\*$/, ':1'),
        context,
      });
      expect([who.arn, action, resource, answer]).toEqual([who.arn, action, resource, true]);
    }
  });

  it('exempts no role from what it is not granted', async () => {
    const policy = GUARDS['a service control policy']([guard]);
    // One statement guards every way to answer.
    const guardedAs = (action: string) => action.replace(/(?<=SendTask)\w+/, '*');
    const granted = (who: Principal, { action }: Forgery) =>
      grantsOf(who).some((grant) => guardedAs(grant.action) === guardedAs(action));
    // A statement has the same exemptions for all its resources.
    const byAction = new Map(forgeriesIn(guard).map((forgery) => [forgery.action, forgery]));
    const plain = [...byAction.values()].filter(({ action }) => !/(Sync|Async|Url|Redrive|Heartbeat)/.test(action));
    expect(plain).toHaveLength(7);
    for (const who of roles) {
      for (const forgery of plain) {
        if (granted(who, forgery)) continue;
        const answer = await allowedUnder('a service control policy', policy, administrator(who.arn), forgery);
        expect([who.arn, forgery, answer]).toEqual([who.arn, forgery, false]);
      }
    }
  });
});
