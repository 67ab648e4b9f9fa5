import type { LocalResource } from '../cloudformation/template.ts';
import { type EventBridgeApiProps, startEventBridgeApi } from './api.ts';
import type { BusEvent } from './event.ts';
import { matchesPattern } from './event-pattern.ts';

export interface Target {
  readonly Arn: string;
  /** The role that EventBridge assumes to start it. */
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
  readonly InputTransformer?: { readonly InputPathsMap?: Record<string, string>; readonly InputTemplate: string };
}

export interface EventBusProps {
  readonly rules: readonly LocalResource[];
  /** The input that a target receives: the event or the output of its input transformer. */
  readonly inputOf: (event: BusEvent, transformer: Target['InputTransformer']) => unknown;
  /** Delivers an input to a target; if it throws, the event goes to the target's dead-letter queue. */
  readonly deliver: (target: Target, input: unknown, event: BusEvent) => void;
  readonly deadLetter: (queueArn: string, event: BusEvent, attributes: DeadLetterAttributes) => void;
  readonly onEvent?: (event: BusEvent) => void;
  /** Of the API over HTTP. */
  readonly port?: number;
  /** Authorizes each call over HTTP. */
  readonly authorize: EventBridgeApiProps['authorize'];
}

/**
 * Attributes of a message in a dead-letter queue;
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export interface DeadLetterAttributes {
  readonly RULE_ARN: string;
  readonly TARGET_ARN: string;
  readonly ERROR_CODE: string;
  readonly ERROR_MESSAGE: string;
}

export interface EventBus {
  /** Serves PutEvents and ListTargetsByRule. */
  readonly endpoint: string;
  put(event: BusEvent): void;
  close(): Promise<void>;
}

/** The default event bus: the template's rules decide what an event starts. */
export async function startEventBus({
  rules,
  inputOf,
  deliver,
  deadLetter,
  onEvent,
  port,
  authorize,
}: EventBusProps): Promise<EventBus> {
  function put(event: BusEvent) {
    onEvent?.(event);
    for (const { arn, properties } of rules) {
      // A rule without a pattern runs on a schedule.
      const { State, EventPattern } = properties;
      if (State === 'DISABLED' || EventPattern === undefined || !matchesPattern(EventPattern, event)) continue;
      for (const target of properties.Targets as Target[]) {
        try {
          deliver(target, inputOf(event, target.InputTransformer), event);
        } catch (fault) {
          if (target.DeadLetterConfig === undefined) throw fault;
          deadLetter(target.DeadLetterConfig.Arn, event, {
            RULE_ARN: arn,
            TARGET_ARN: target.Arn,
            ERROR_CODE: 'SDK_CLIENT_ERROR',
            ERROR_MESSAGE: (fault as Error).message,
          });
        }
      }
    }
  }

  return { ...(await startEventBridgeApi({ rules, put, port, authorize })), put };
}
