import type { LocalResource } from '../cloudformation/template.ts';
import { type EventBridgeApiProps, startEventBridgeApi } from './api.ts';
import type { BusEvent } from './event.ts';
import { matchesPattern } from './event-pattern.ts';
import { Rules } from './rules.ts';
import type { Target } from './target.ts';

export interface EventBusProps {
  readonly rules: readonly LocalResource[];
  /** The input that a target receives: the event or the output of its input transformer. */
  readonly inputOf: (event: BusEvent, transformer: Target['InputTransformer']) => unknown;
  /** Delivers an input to a target; if it throws, the event goes to the target's dead-letter queue. */
  readonly deliver: (target: Target, input: unknown, event: BusEvent, ruleArn: string) => void;
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
  const present = new Rules(rules);
  const input = ({ Input, InputPath, InputTransformer }: Target, event: BusEvent): unknown => {
    if (Input !== undefined) return JSON.parse(Input);
    if (InputPath === undefined) return inputOf(event, InputTransformer);
    return inputOf(event, { InputPathsMap: { part: InputPath }, InputTemplate: '<part>' });
  };

  function put(event: BusEvent) {
    onEvent?.(event);
    for (const { arn, state, pattern, targets } of present.all()) {
      // A rule without a pattern runs on a schedule.
      if (state === 'DISABLED' || pattern === undefined || !matchesPattern(pattern, event)) continue;
      for (const target of targets.values()) {
        try {
          deliver(target, input(target, event), event, arn);
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

  return { ...(await startEventBridgeApi({ rules: present, put, port, authorize })), put };
}
