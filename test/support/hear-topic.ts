import type { Queue } from '../../emulator/sqs/queue.ts';
import type { Pipeline } from '../../local/stack/pipeline.ts';

/** The policy that lets a topic or a rule send to a queue. */
export function senderPolicy(queueArn: string, service: 'sns' | 'events', sourceArn: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    ],
  };
}

/** A queue of the test's own that gets what is published to these topics. */
export async function hear(
  { queues, topics, endpoints }: Pick<Pipeline, 'queues' | 'topics' | 'endpoints'>,
  name: string,
  topicArns: readonly string[],
): Promise<Queue> {
  const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const policies = topicArns.map((topicArn) => senderPolicy(arn, 'sns', topicArn));
  const Policy = { Version: '2012-10-17', Statement: policies.flatMap(({ Statement }) => Statement) };
  const queue = queues.request(name, { Policy: JSON.stringify(Policy) }, endpoints.sqs);
  for (const topicArn of topicArns) await topics.subscribe({ topicArn, protocol: 'sqs', endpoint: arn });
  return queue;
}
