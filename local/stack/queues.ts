import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import { type Alarms, watchAlarms } from '../../emulator/cloudwatch/alarms.ts';
import type { Listening } from '../../emulator/http/loopback.ts';
import type { ServicePermissions } from '../../emulator/iam/service-permissions.ts';
import { startSnsGateway } from '../../emulator/sns/gateway.ts';
import { startSqsGateway } from '../../emulator/sqs/gateway.ts';
import { countMessages } from './metrics.ts';

/** SQS and SNS, each behind a gateway that checks IAM. */
export interface Queues {
  readonly server: FauxqsServer;
  readonly sqs: Listening;
  readonly sns: Listening;
}

/**
 * @param permissions available once the template is read, which names queues by the gateway's endpoint
 * @param onClose called with functions that stop what was started
 */
export async function startQueues(
  permissions: Promise<ServicePermissions>,
  onClose: (end: () => unknown) => void,
): Promise<Queues> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  onClose(() => server.stop());
  const sqs = await startSqsGateway(server.address, async (...call) => (await permissions).queue(...call));
  onClose(() => sqs.close());
  const sns = await startSnsGateway(server.address, async (...call) => (await permissions).publish(...call));
  onClose(() => sns.close());
  return { server, sqs, sns };
}

/** Creates the template's queues and topics. */
export function createQueuesAndTopics(stack: LocalStack, server: FauxqsServer): void {
  for (const { arn } of stack.ofType('AWS::SQS::Queue')) server.createQueue(nameIn(arn));
  for (const { arn } of stack.ofType('AWS::SNS::Topic')) server.createTopic(nameIn(arn));
}

/** The template's alarms, which notify their topics. */
export function startAlarms(stack: LocalStack, server: FauxqsServer): Alarms {
  return watchAlarms(stack, (topicArn, subject, message) => server.publish(nameIn(topicArn), message, { subject }));
}

/** Puts undelivered messages into a dead-letter queue, and counts its messages. */
export function deadLetters(server: FauxqsServer, alarms: Alarms) {
  return (queueArn: string, body: string, attributes: object): void => {
    const name = nameIn(queueArn);
    server.sendMessage(name, body, { messageAttributes: stringAttributes(attributes) });
    countMessages(alarms, name, server.inspectQueue(name)?.messages.ready.length ?? 0);
  };
}

function stringAttributes(attributes: object): Record<string, { DataType: string; StringValue: string }> {
  const entries = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return Object.fromEntries(entries);
}

/** Name of a queue or topic. */
export function nameIn(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
