import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import { type EventBus, startEventBus } from '../../emulator/event-bridge/event-bus.ts';
import type { ServicePermissions } from '../../emulator/iam/service-permissions.ts';
import { targetInput } from '../../functions/domain/event-input.ts';

export interface BusProps {
  readonly stack: LocalStack;
  readonly permissions: ServicePermissions;
  /** Starts an execution of the target. */
  readonly deliver: (stateMachineArn: string, input: unknown) => unknown;
  readonly undelivered: (queueArn: string, body: string, attributes: object) => void;
  readonly port: number;
  readonly onEvent: ((event: BusEvent) => void) | undefined;
}

/** The default event bus under the template's rules. */
export async function startBus(props: BusProps, onClose: (end: () => unknown) => void): Promise<EventBus> {
  const { stack, permissions, deliver, undelivered, port, onEvent } = props;
  const bus = await startEventBus({
    rules: stack.ofType('AWS::Events::Rule'),
    inputOf: targetInput,
    port,
    authorize: permissions.any,
    deliver(target, input) {
      const { allowed, reason } = permissions.startExecution(target);
      if (!allowed) throw new Error(`EventBridge may not start ${target.Arn}: ${reason}`);
      deliver(target.Arn, input);
    },
    deadLetter: (queueArn, event, attributes) => undelivered(queueArn, JSON.stringify(event), attributes),
    ...(onEvent && { onEvent }),
  });
  onClose(() => bus.close());
  return bus;
}
