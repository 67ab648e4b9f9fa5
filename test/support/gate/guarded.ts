import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT } from '../../../emulator/cloudformation/template.ts';
import { callerOf, type Principal } from '../../../emulator/iam/principals.ts';
import {
  type DeployedGuard,
  type GuardPolicy,
  permissionsBoundary,
  serviceControlPolicy,
} from '../../../functions/domain/gate/guard.ts';

/** What could fake a result: each action with its resource. */
export interface Forgery {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

export const PUT_RESULT = { 'events:source': ['s3-airlock'], 'events:detail-type': ['Scan Result'] };

/** Every one that this stack makes possible. */
export function forgeriesIn(guard: DeployedGuard): Forgery[] {
  const on = (arns: readonly string[], ...actions: string[]) =>
    arns.flatMap((resource) => actions.map((action) => ({ action, resource })));
  const executions = guard.stateMachineArns
    .map((arn) => arn.replace(':stateMachine:', ':execution:'))
    .flatMap((arn) => [`${arn}:one`, `${arn}/RescanObjects:one`]);
  const qualified = (arns: readonly string[]) => arns.flatMap((arn) => [arn, `${arn}:1`, `${arn}:live`]);
  return [
    ...on(
      qualified(guard.functionArns),
      ...['lambda:InvokeFunction', 'lambda:InvokeAsync', 'lambda:InvokeFunctionUrl'],
    ),
    ...on(qualified(guard.stateMachineArns), 'states:StartExecution', 'states:StartSyncExecution'),
    ...on(executions, 'states:RedriveExecution'),
    ...on(
      guard.waitingMachineArns,
      ...['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
    ),
    ...on(guard.queueArns, 'sqs:SendMessage'),
    ...on(guard.topicArns, 'sns:Publish'),
    ...on(guard.eventBusArns, 'events:PutEvents').map((one) => ({ ...one, context: PUT_RESULT })),
  ];
}

export const administrator = (arn: string): Principal => ({
  arn,
  policies: [{ name: arn, document: policy([{ Effect: 'Allow', Action: '*', Resource: '*' }]) }],
});

const policy = (Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

/** AWS attaches it everywhere; without it a service control policy that only denies would deny everything. */
const FULL_ACCESS = policy([{ Effect: 'Allow', Action: '*', Resource: '*' }]);

/** Both ways to use the guard. */
export const GUARDS = {
  'a service control policy': serviceControlPolicy,
  'a permissions boundary': permissionsBoundary,
};
export type GuardKind = keyof typeof GUARDS;

/** Whether a principal may do it under the guard, used in this way. */
export async function allowedUnder(kind: GuardKind, guard: GuardPolicy, who: Principal, forgery: Forgery) {
  const caller = callerOf(who);
  const { action, resource, context = {} } = forgery;
  const organization = [FULL_ACCESS, ...(kind === 'a service control policy' ? [guard] : [])];
  const asked = {
    request: {
      principal: caller.arn,
      action,
      resource: { resource, accountId: ACCOUNT },
      contextVariables: { ...context, ...caller.context },
    },
    identityPolicies: who.policies.map(({ name, document }) => ({ name, policy: document })),
    serviceControlPolicies: [
      { orgIdentifier: 'r', policies: organization.map((one, index) => ({ name: `scp${index}`, policy: one })) },
    ],
    resourceControlPolicies: [],
    ...(kind === 'a permissions boundary' && { permissionBoundaryPolicies: [{ name: 'boundary', policy: guard }] }),
  };
  // AWS decides these on the state machine, as its refusals say; its reference, and so the simulator, lists no resource.
  if (action.startsWith('states:SendTask')) {
    return runUnsafeSimulation({ ...asked, resourcePolicy: undefined }, {}) === 'Allowed';
  }
  const simulation = await runSimulation(asked, {});
  if (simulation.resultType !== 'single') throw new Error(`${action} on ${resource} cannot be decided`);
  return simulation.result.analysis.result === 'Allowed';
}
