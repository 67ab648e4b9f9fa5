import type { Queue } from './queue.ts';

/** The attributes that GetQueueAttributes was asked for. */
export function queueAttributes(queue: Queue, names: readonly string[]): Record<string, string> {
  const { settings, counts, policy } = queue;
  const { redrive } = settings;
  const attributes: Readonly<Record<string, string | number>> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: counts.visible,
    ApproximateNumberOfMessagesNotVisible: counts.inFlight,
    ApproximateNumberOfMessagesDelayed: counts.delayed,
    VisibilityTimeout: settings.visibilitySeconds,
    DelaySeconds: settings.delaySeconds,
    MessageRetentionPeriod: settings.retentionSeconds,
    ReceiveMessageWaitTimeSeconds: settings.waitSeconds,
    MaximumMessageSize: settings.maximumMessageBytes,
    ...(redrive !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterQueueArn,
        maxReceiveCount: redrive.maximumReceives,
      }),
    }),
    ...(policy !== undefined && { Policy: JSON.stringify(policy.document) }),
  };
  const wanted = Object.entries(attributes).filter(([name]) => names.includes('All') || names.includes(name));
  return Object.fromEntries(wanted.map(([name, value]) => [name, String(value)]));
}
