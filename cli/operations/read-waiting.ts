import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Scans that wait in one queue; SQS's numbers are approximate. */
export interface Waiting {
  readonly queue: string;
  readonly waiting: number;
  /** Handed out to a function that has not finished them. */
  readonly underWay: number;
  /**
   * How long the first in the queue has waited, seconds; null when nothing waits, or CloudWatch does not know: it
   * leaves out what was received three times.
   */
  readonly longestWaitSeconds: number | null;
}

/** CloudWatch has a queue's numbers each minute, some minutes late. */
const PERIOD_SECONDS = 60;
const LOOK_BACK_MILLISECONDS = 15 * 60_000;

/**
 * @param queueUrls by what they are called
 * @throws what the SDK throws
 */
export function readWaiting(
  { sqs, cloudWatch }: { readonly sqs: SQSClient; readonly cloudWatch: CloudWatchClient },
  queueUrls: Readonly<Record<string, string>>,
  now: Date,
): Promise<Waiting[]> {
  return Promise.all(
    Object.entries(queueUrls).map(async ([queue, QueueUrl]) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      const waiting = Number(Attributes.ApproximateNumberOfMessages);
      const underWay = Number(Attributes.ApproximateNumberOfMessagesNotVisible);
      const age = waiting === 0 ? null : await longestWait(cloudWatch, QueueUrl.split('/').at(-1) ?? '', now);
      return { queue, waiting, underWay, longestWaitSeconds: age };
    }),
  );
}

async function longestWait(cloudWatch: CloudWatchClient, QueueName: string, now: Date): Promise<number | null> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - LOOK_BACK_MILLISECONDS),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        {
          Id: 'age',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/SQS',
              MetricName: 'ApproximateAgeOfOldestMessage',
              Dimensions: [{ Name: 'QueueName', Value: QueueName }],
            },
            Period: PERIOD_SECONDS,
            Stat: 'Maximum',
          },
        },
      ],
    }),
  );
  return MetricDataResults[0]?.Values?.[0] ?? null;
}
