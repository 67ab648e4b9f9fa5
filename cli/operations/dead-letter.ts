import { createHash } from 'node:crypto';
import { z } from 'zod';

/** A message that EventBridge put into a dead-letter queue. */
export interface DeadLetter {
  readonly body: string;
  /** Values of its string attributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The execution that was to be started. */
export interface Undelivered {
  readonly stateMachineArn: string;
  /** Always the same for the same event, so that Step Functions starts it only once. */
  readonly name: string;
  /** JSON. */
  readonly input: string;
  /** For people. */
  readonly subject: string;
}

/** Converts an event to the input of a rule's target, with the rule's current configuration. */
export type RuleInput = (ruleArn: string, targetArn: string, event: object) => Promise<unknown>;

const ObjectEvent = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      etag: z.string(),
      'version-id': z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});

/** Scheduler's record of its call to Step Functions; there the field names of the API start with a capital. */
const ScheduledStart = z.object({ StateMachineArn: z.string(), Input: z.string() });

/**
 * Reads a dead letter of a rule (the event, not the target's input) or of a schedule (the call, or its input).
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 * @throws Error when it is neither, or its target is something else
 */
export async function readDeadLetter({ body, attributes }: DeadLetter, ruleInput: RuleInput): Promise<Undelivered> {
  const { RULE_ARN, SCHEDULE_ARN, SCHEDULED_TIME = '', TARGET_ARN = '', IS_PAYLOAD_TRUNCATED } = attributes;
  if (IS_PAYLOAD_TRUNCATED === 'true') throw new Error('the message contains only a part of the input');
  const content = parseObject(body);

  if (SCHEDULE_ARN !== undefined) {
    const call = ScheduledStart.safeParse(content);
    const stateMachineArn = assertStateMachine(call.success ? call.data.StateMachineArn : TARGET_ARN);
    const input = call.success ? call.data.Input : body;
    const subject = `${SCHEDULE_ARN.split('/').at(-1)} at ${SCHEDULED_TIME}`;
    return { stateMachineArn, name: nameOf([stateMachineArn, SCHEDULE_ARN, SCHEDULED_TIME, input]), input, subject };
  }
  if (RULE_ARN !== undefined) {
    const stateMachineArn = assertStateMachine(TARGET_ARN);
    const event = ObjectEvent.safeParse(content);
    if (!event.success) throw new Error('the event names no object');
    const { bucket, object } = event.data.detail;
    // The sequencer too: the same content may be deleted and uploaded again, and then has no verdict.
    const { key, etag, 'version-id': version, sequencer } = object;
    return {
      stateMachineArn,
      name: nameOf([stateMachineArn, bucket.name, key, version, etag, sequencer]),
      input: JSON.stringify(await ruleInput(RULE_ARN, TARGET_ARN, content)),
      subject: `s3://${bucket.name}/${key}`,
    };
  }
  throw new Error('the message has neither RULE_ARN nor SCHEDULE_ARN: EventBridge did not put it there');
}

/** Names are at most 80 characters; https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export function nameOf(identity: readonly (string | undefined)[], prefix = 'redriven'): string {
  const hash = createHash('sha256').update(JSON.stringify(identity.map((part) => part ?? null)));
  return `${prefix}-${hash.digest('hex').slice(0, 40)}`;
}

function assertStateMachine(arn: string): string {
  if (/^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:/.test(arn)) return arn;
  throw new Error(`the target is not a state machine: ${arn || 'none is named'}`);
}

function parseObject(body: string): object {
  try {
    const content: unknown = JSON.parse(body);
    if (content !== null && typeof content === 'object') return content;
  } catch {
    // Reported below.
  }
  throw new Error('the message is not a JSON object');
}
