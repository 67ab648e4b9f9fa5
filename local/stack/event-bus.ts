import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import { type EventBus, startEventBus } from '../../emulator/event-bridge/event-bus.ts';
import type { Target } from '../../emulator/event-bridge/target.ts';
import type { Answer } from '../../emulator/iam/policy-engine.ts';
import type { ServicePermissions } from '../../emulator/iam/service-permissions.ts';
import type { Consent } from '../../emulator/sqs/consent.ts';
import type { Queues } from '../../emulator/sqs/queues.ts';
import { targetInput } from '../../functions/domain/event-input.ts';
import type { PipelineOptions } from './options.ts';

export interface BusProps {
  readonly stack: LocalStack;
  readonly permissions: ServicePermissions;
  /** Starts an execution of the target. */
  readonly deliver: (stateMachineArn: string, input: unknown) => unknown;
  readonly undelivered: (queueArn: string, body: string, attributes: object) => void;
  readonly queues: Queues;
  readonly consent: Consent;
  /** An event that no queue took, and why. */
  readonly onUndelivered: PipelineOptions['onUndelivered'] | undefined;
  readonly port: number;
  readonly onEvent: ((event: BusEvent) => void) | undefined;
}

/** The default event bus under the template's rules. */
export async function startBus(props: BusProps, onClose: (end: () => unknown) => void): Promise<EventBus> {
  const { stack, permissions, deliver, undelivered, port, onEvent, queues, consent, onUndelivered } = props;
  /** EventBridge gives up at once what a queue does not let it send. */
  function toQueue({ Arn, DeadLetterConfig }: Target, input: unknown, event: BusEvent, sourceArn: string): void {
    const queue = queues.byArn(Arn);
    const refused = (reason: string) => {
      onUndelivered?.(`EventBridge did not deliver an event of ${sourceArn} to ${Arn}: ${reason}`);
      if (DeadLetterConfig === undefined || queues.byArn(DeadLetterConfig.Arn) === undefined) return;
      const attributes = { RULE_ARN: sourceArn, TARGET_ARN: Arn, ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: reason };
      undelivered(DeadLetterConfig.Arn, JSON.stringify(event), attributes);
    };
    const decided = ({ allowed, reason }: Answer) => {
      if (allowed) queue?.send({ body: JSON.stringify(input), senderId: 'events.amazonaws.com' });
      else refused(`its policy does not let it: ${reason}`);
    };
    if (queue === undefined) {
      refused('there is no such queue');
      return;
    }
    const answer = consent.of({ service: 'events.amazonaws.com', sourceArn, queue });
    if (answer instanceof Promise) void answer.then(decided);
    else decided(answer);
  }

  const bus = await startEventBus({
    rules: stack.ofType('AWS::Events::Rule'),
    inputOf: targetInput,
    port,
    authorize: permissions.any,
    deliver(target, input, event, ruleArn) {
      if (target.Arn.startsWith('arn:aws:sqs:')) {
        toQueue(target, input, event, ruleArn);
        return;
      }
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
