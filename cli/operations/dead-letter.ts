import { z } from 'zod';
import { versionOf } from '../../functions/domain/object-reference.ts';
import { ForgedMessage, MalformedMessage } from './message-errors.ts';

/** A message in a dead-letter queue. */
export interface DeadLetter {
  readonly body: string;
  /** Values of its string attributes. */
  readonly attributes: Readonly<Record<string, string>>;
  /** From SQS, which nobody can forge. */
  readonly sentAt: Date;
}

/** What a message claims; whoever wrote it may have made it up. */
export type Claim = UploadClaim | ScheduleClaim;

/** Something was uploaded. Everything else that the event says is ignored. */
export interface UploadClaim {
  readonly kind: 'upload';
  readonly bucket: string;
  readonly key: string;
  /** Absent for content that was written without versioning. */
  readonly versionId?: string;
}

/** A schedule did not start. */
export interface ScheduleClaim {
  readonly kind: 'schedule';
  readonly scheduleArn: string;
  /** ISO 8601, not after the message was sent. */
  readonly scheduledTime: string;
  /** Only to be compared with what is deployed. */
  readonly target: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
}

const ObjectEvent = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({ key: z.string().min(1), 'version-id': z.string().min(1).optional() }),
  }),
});

/** What an EXPRESS execution handed over: its own input. */
const HandedOver = z.strictObject({ name: z.string(), input: z.looseObject({}) });

/** Scheduler's record of its call to Step Functions; there the field names of the API start with a capital. */
const ScheduledStart = z.object({ StateMachineArn: z.string(), Input: z.string() });

/**
 * Reads a dead letter of a rule (the event, not the target's input), of a schedule (the call, or its input), or of what
 * EXPRESS executions handed over.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 * @throws MalformedMessage when it is neither
 * @throws ForgedMessage when its time has not come
 */
export function readDeadLetter(letter: DeadLetter): Claim {
  const { RULE_ARN, SCHEDULE_ARN, IS_PAYLOAD_TRUNCATED } = letter.attributes;
  if (IS_PAYLOAD_TRUNCATED === 'true') throw new MalformedMessage('it contains only a part of the input');
  const content = parseObject(letter.body, 'it');
  const overflowing = HandedOver.safeParse(content);
  if (overflowing.success) return uploadIn(overflowing.data.input);
  if ((RULE_ARN === undefined) === (SCHEDULE_ARN === undefined)) {
    throw new MalformedMessage('EventBridge sets either RULE_ARN or SCHEDULE_ARN');
  }
  return SCHEDULE_ARN === undefined ? uploadIn(content) : scheduleIn(content, SCHEDULE_ARN, letter);
}

/** @throws MalformedMessage */
export function uploadIn(content: unknown): UploadClaim {
  const { success, data } = ObjectEvent.safeParse(content);
  if (!success) throw new MalformedMessage('its event names no object');
  const { bucket, object } = data.detail;
  return { kind: 'upload', bucket: bucket.name, key: object.key, ...versionOf(object['version-id']) };
}

function scheduleIn(content: Record<string, unknown>, scheduleArn: string, letter: DeadLetter): ScheduleClaim {
  const { SCHEDULED_TIME: scheduledTime = '', TARGET_ARN } = letter.attributes;
  if (!z.iso.datetime({ offset: true }).safeParse(scheduledTime).success) {
    throw new MalformedMessage(`its SCHEDULED_TIME is not a time: ${JSON.stringify(scheduledTime)}`);
  }
  // A rescan's window ends then; the next one would begin there.
  if (Date.parse(scheduledTime) > letter.sentAt.getTime()) {
    throw new ForgedMessage(`its SCHEDULED_TIME ${scheduledTime} is after it was sent, ${letter.sentAt.toISOString()}`);
  }
  const call = ScheduledStart.safeParse(content);
  // For a call, the attribute may name the API.
  return call.success
    ? {
        kind: 'schedule',
        scheduleArn,
        scheduledTime,
        target: call.data.StateMachineArn,
        input: parseObject(call.data.Input, 'its Input'),
      }
    : { kind: 'schedule', scheduleArn, scheduledTime, target: TARGET_ARN, input: content };
}

function parseObject(json: string, what: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(json);
    if (content !== null && typeof content === 'object') return content as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  throw new MalformedMessage(`${what} is not a JSON object`);
}
