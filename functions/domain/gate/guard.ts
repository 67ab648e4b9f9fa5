import { z } from 'zod';
import { EVENT_SOURCE } from '../channels.ts';

const arns = z.array(z.string().startsWith('arn:'));

/** What could fake a result, and the roles that the stack uses for it: the stack's output `Guard` as JSON. */
export const DeployedGuard = z.strictObject({
  /** The functions that write, report, start or answer something. */
  functionArns: arns,
  invokerRoleArns: arns,
  stateMachineArns: arns,
  starterRoleArns: arns,
  /** Dead-letter queues that operators redrive; the queues of scans have policies that say more. */
  queueArns: arns,
  senderRoleArns: arns,
  /** State machines whose scans take their verdict from whoever has the task token. */
  waitingMachineArns: arns,
  workerRoleArns: arns,
  /** Where notifications go. */
  topicArns: arns,
  eventBusArns: arns,
  notifierRoleArns: arns,
});
export type DeployedGuard = z.infer<typeof DeployedGuard>;

interface GuardStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface GuardPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly GuardStatement[];
}

/** AWS refuses larger ones: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
export const MAX_SERVICE_CONTROL_POLICY_CHARACTERS = 5120;
/** Of a managed policy, without white space. */
export const MAX_PERMISSIONS_BOUNDARY_CHARACTERS = 6144;

/**
 * Keeps what could fake a result from everybody but the pipeline's roles. It only denies.
 * @param guards of all stacks in the account and region: their notifications cannot be told apart by their source
 * @param operatorRoleArns roles that also start executions: rescans and redrives
 */
export function serviceControlPolicy(
  guards: readonly DeployedGuard[],
  operatorRoleArns: readonly string[] = [],
): GuardPolicy {
  const all = (key: keyof DeployedGuard) => [...new Set(guards.flatMap((guard) => guard[key]))];
  const deny = (
    Sid: string,
    Action: readonly string[],
    Resource: readonly string[],
    butRoleArns: readonly string[],
    condition: GuardStatement['Condition'] = {},
  ): GuardStatement => ({
    Sid,
    Effect: 'Deny',
    Action,
    Resource,
    // Also true for callers without the key.
    Condition: { ...condition, ArnNotEquals: { 'aws:PrincipalArn': [...butRoleArns] } },
  });
  return {
    Version: '2012-10-17',
    Statement: [
      // TagObject writes whatever verdict it is given, Notify reports it.
      deny('DenyInvoke', INVOKE, all('functionArns').map(inAnyVersion), all('invokerRoleArns')),
      // An execution believes its input: the policy, and what it says of the object.
      deny(
        'DenyStart',
        START,
        [...all('stateMachineArns').map(inAnyVersion), ...all('stateMachineArns').map(executions)],
        [...all('starterRoleArns'), ...operatorRoleArns],
      ),
      // A dead letter is started again with an operator's permissions.
      deny('DenySend', ['sqs:SendMessage'], all('queueArns').map(anywhere), all('senderRoleArns')),
      // A waiting scan takes its verdict from whoever has its token: histories and logs show tokens.
      deny('DenyAnswer', ANSWER, all('waitingMachineArns').map(inAnyVersion), all('workerRoleArns')),
      deny('DenyPublish', ['sns:Publish'], all('topicArns').map(anywhere), all('notifierRoleArns')),
      // The bus is the account's: others may put their own events.
      deny('DenyPutEvents', ['events:PutEvents'], all('eventBusArns'), all('notifierRoleArns'), {
        'ForAnyValue:StringEquals': { 'events:source': [EVENT_SOURCE] },
      }),
    ],
  };
}

/** The same for a user or a role that has other permissions: a boundary must also allow. */
export function permissionsBoundary(
  guards: readonly DeployedGuard[],
  operatorRoleArns: readonly string[] = [],
): GuardPolicy {
  const { Version, Statement } = serviceControlPolicy(guards, operatorRoleArns);
  return { Version, Statement: [{ Sid: 'AllowTheRest', Effect: 'Allow', Action: '*', Resource: '*' }, ...Statement] };
}

const INVOKE = ['lambda:Invoke*'];
// A redrive of one that was stopped goes on with a verdict from then, up to 14 days later.
const START = ['states:Start*', 'states:RedriveExecution'];
const ANSWER = ['states:SendTask*'];

/**
 * In any region and account, which saves characters: the random end of a name that CloudFormation made occurs once.
 */
const anywhere = (arn: string) => arn.replace(/^(arn:[^:]+:[^:]+):[^:]*:[^:]*:/, '$1:*:*:');

/** With its versions and aliases, `<arn>:<name>`. */
const inAnyVersion = (arn: string) => `${anywhere(arn)}*`;

/** Of a state machine, and of its Map Runs: `execution:<name>/<label>:<id>`. */
const executions = (arn: string) => `${anywhere(arn).replace(':stateMachine:', ':execution:')}*`;
