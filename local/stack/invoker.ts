import { basename } from 'node:path';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import {
  assertMayInvoke,
  assertMayStartChildren,
  type ServicePermissions,
} from '../../emulator/iam/service-permissions.ts';
import { isSendMessageTask, type SendMessageTask } from '../../emulator/step-functions/sqs-task.ts';
import type { LocalStateMachineProps } from '../../emulator/step-functions/state-machine.ts';
import type { RunningExecutions } from './executions.ts';
import type { FunctionLogs } from './function-logs.ts';
import { type Functions, invoke } from './functions.ts';
import type { Invocation } from './options.ts';

export interface InvokerProps {
  readonly stack: LocalStack;
  /** Handler file by logical id. */
  readonly handlers: Readonly<Record<string, string>>;
  readonly functions: Functions;
  readonly permissions: ServicePermissions;
  readonly executions: RunningExecutions;
  readonly sendMessage: SendMessageTask;
  readonly logs: Pick<FunctionLogs, 'during'>;
  readonly onInvoke: ((invocation: Invocation) => void | Promise<void>) | undefined;
}

/** Calls the function or state machine that a Task names, if the state machine's role may. */
export function invoker(props: InvokerProps): LocalStateMachineProps['invoke'] {
  const { stack, handlers, functions, permissions, executions, sendMessage, onInvoke, logs } = props;
  return async (arn, payload, { arn: caller, roleArn }) => {
    if (isSendMessageTask(arn)) return sendMessage(payload, roleArn);
    if (arn.endsWith(':states:startExecution')) {
      const { StateMachineArn, Input } = payload as { StateMachineArn: string; Input: unknown };
      await assertMayStartChildren(permissions, roleArn, StateMachineArn);
      const started = executions.start(StateMachineArn, Input, undefined, caller);
      return { ExecutionArn: started.arn, StartDate: started.startTime };
    }
    await assertMayInvoke(permissions, roleArn, arn);
    const handler = handlers[stack.byArn(arn)?.logicalId ?? ''] ?? '';
    return logs.during(arn, async () => {
      await onInvoke?.({ task: basename(handler, '.ts'), payload });
      return invoke(functions, arn, payload);
    });
  };
}
