import { CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import { Policy, Role } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { DeployedGuard } from '../../functions/domain/gate/guard.ts';
import type { PipelineFunction } from './functions/pipeline-function.ts';
import type { Notifications } from './notifications.ts';

export interface GuardProps {
  /** The functions of the state machines. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly stateMachines: readonly StateMachine[];
  /** Those whose scans wait with a task token. */
  readonly waiting: readonly StateMachine[];
  /** Whose messages operators redrive. */
  readonly queues: readonly IQueue[];
  readonly notifications: Notifications;
}

/**
 * Whoever calls these learns something, and changes nothing. A scanner is none of them: given the token of an execution
 * that waits, it answers for another object. Hunts change nothing as a whole, so their state machine is not guarded either.
 */
export const ONLY_ANSWER = new Set([
  'CheckFileType',
  'FindCurrentObject',
  'PrepareRescan',
  'ScanBatch',
  'PrepareHunt',
  'HuntBatch',
  'SummarizeHunt',
]);

/**
 * Tells `airlock guard` what could fake a result, and who may use it: whatever role of the stack is granted it when the
 * template is written, those of the application that granted it too.
 */
export class Guard extends CfnOutput {
  constructor(scope: Construct, id: string, { tasks, stateMachines, waiting, queues, notifications }: GuardProps) {
    const machineArns = stateMachines.map(({ stateMachineArn }) => stateMachineArn);
    const queueArns = queues.map(({ queueArn }) => queueArn);
    const waitingMachineArns = waiting.map(({ stateMachineArn }) => stateMachineArn);
    const topicArns = [notifications.topic.topicArn];
    const guard = (): DeployedGuard => ({
      functionArns: Object.entries(tasks)
        .filter(([word]) => !ONLY_ANSWER.has(word))
        .map(([, { functionArn }]) => functionArn),
      invokerRoleArns: stateMachines.map(({ role }) => role.roleArn),
      stateMachineArns: machineArns,
      starterRoleArns: rolesGranted(scope, 'states:StartExecution', machineArns),
      queueArns,
      senderRoleArns: rolesGranted(scope, 'sqs:SendMessage', queueArns),
      waitingMachineArns,
      workerRoleArns: rolesGranted(scope, 'states:SendTaskFailure', waitingMachineArns),
      topicArns,
      eventBusArns: [notifications.bus.eventBusArn],
      notifierRoleArns: rolesGranted(scope, 'sns:Publish', topicArns),
    });
    const value = Lazy.string({ produce: () => Stack.of(scope).toJsonString(guard()) });
    super(scope, id, { description: 'For `airlock guard`', value });
  }
}

/** Those roles of the stack whose own policy grants the action on one of these resources. */
function rolesGranted(scope: Construct, action: string, arns: readonly string[]): string[] {
  const spell = (value: unknown) => JSON.stringify(Stack.of(scope).resolve(value));
  const wanted = new Set(arns.map(spell));
  const roles = Stack.of(scope)
    .node.findAll()
    .filter((construct) => construct instanceof Role);
  return roles
    .filter(({ node }) => {
      const policy = node.tryFindChild('DefaultPolicy');
      const { Statement = [] } = policy instanceof Policy ? (policy.document.toJSON() ?? {}) : {};
      return (Statement as { Action: string | string[]; Resource: unknown }[]).some(
        ({ Action, Resource }) =>
          [Action].flat().includes(action) && [Resource].flat().some((resource) => wanted.has(spell(resource))),
      );
    })
    .map(({ roleArn }) => roleArn);
}
