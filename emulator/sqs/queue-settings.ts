import type { LocalResource } from '../cloudformation/template.ts';

export interface QueueSettings {
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  /** How long ReceiveMessage waits for a message. */
  readonly waitSeconds: number;
  readonly maximumMessageBytes: number;
  readonly redrive: { readonly deadLetterQueueArn: string; readonly maximumReceives: number } | undefined;
}

interface Range {
  readonly default: number;
  readonly from: number;
  readonly to: number;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export const RANGES = {
  VisibilityTimeout: { default: 30, from: 0, to: 43_200 },
  DelaySeconds: { default: 0, from: 0, to: 900 },
  MessageRetentionPeriod: { default: 345_600, from: 60, to: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { default: 0, from: 0, to: 20 },
  MaximumMessageSize: { default: 1_048_576, from: 1024, to: 1_048_576 },
} as const satisfies Readonly<Record<string, Range>>;

/** Properties that change nothing here. */
const WITHOUT_EFFECT = ['QueueName', 'SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'Tags'];
const KNOWN = new Set([...Object.keys(RANGES), ...WITHOUT_EFFECT, 'RedrivePolicy']);

/**
 * The settings of an `AWS::SQS::Queue`.
 * @throws Error naming the queue and the property that AWS would refuse, or that has no local counterpart
 */
export function queueSettings(name: string, properties: LocalResource['properties']): QueueSettings {
  const unknown = Object.keys(properties).find((property) => !KNOWN.has(property));
  if (unknown !== undefined) throw new Error(`queue ${name}: ${unknown} has no local counterpart`);
  const number = (property: keyof typeof RANGES) => {
    const range: Range = RANGES[property];
    const value = Number(properties[property] ?? range.default);
    if (Number.isInteger(value) && value >= range.from && value <= range.to) return value;
    throw new Error(`queue ${name}: ${property} must be between ${range.from} and ${range.to}, not ${value}`);
  };
  return {
    visibilitySeconds: number('VisibilityTimeout'),
    delaySeconds: number('DelaySeconds'),
    retentionSeconds: number('MessageRetentionPeriod'),
    waitSeconds: number('ReceiveMessageWaitTimeSeconds'),
    maximumMessageBytes: number('MaximumMessageSize'),
    redrive: redriveOf(name, properties.RedrivePolicy),
  };
}

function redriveOf(name: string, policy: unknown): QueueSettings['redrive'] {
  if (policy === undefined) return undefined;
  const parsed = (typeof policy === 'string' ? JSON.parse(policy) : policy) as Readonly<Record<string, unknown>>;
  const { deadLetterTargetArn, maxReceiveCount } = parsed;
  const maximumReceives = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn === 'string' && maximumReceives >= 1 && maximumReceives <= 1000) {
    return { deadLetterQueueArn: deadLetterTargetArn, maximumReceives };
  }
  throw new Error(`queue ${name}: RedrivePolicy ${JSON.stringify(policy)} is not valid`);
}
