import { accessKeyIdOf } from '../iam/principals.ts';
import type { ServicePermissions } from '../iam/service-permissions.ts';
import { type MessageAttributes, md5OfAttributes, md5OfBody } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import { QueueFault, type QueueFaultName } from '../sqs/queue-fault.ts';
import type { Queues } from '../sqs/queues.ts';

interface Parameters {
  readonly QueueUrl?: string;
  readonly MessageBody?: unknown;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: MessageAttributes;
}

/** Calls the Tasks `sqs:sendMessage` and `sqs:sendMessage.waitForTaskToken` with the state machine's role. */
export type SendMessageTask = (parameters: unknown, roleArn: string) => Promise<object>;

export function isSendMessageTask(resource: string): boolean {
  return /:states:::sqs:sendMessage(\.waitForTaskToken)?$/.test(resource);
}

/** Its faults have Step Functions' names: `SQS.` and the name of the class in AWS's SDK for Java. */
export function sendMessageTask(queues: Queues, permissions: Pick<ServicePermissions, 'queue'>): SendMessageTask {
  return async (parameters, roleArn) => {
    const { QueueUrl = '', MessageBody, DelaySeconds, MessageAttributes: attributes = {} } = parameters as Parameters;
    const senderId = accessKeyIdOf(roleArn);
    try {
      const queue = queues.byUrl(QueueUrl);
      await assertMaySend(permissions, senderId, queue);
      // Step Functions sends what is no text as JSON.
      const body = typeof MessageBody === 'string' ? MessageBody : (JSON.stringify(MessageBody ?? undefined) ?? '');
      const delay = DelaySeconds === undefined ? {} : { delaySeconds: DelaySeconds };
      const { id } = queue.send({ body, attributes, senderId, ...delay });
      const md5 = md5OfAttributes(attributes);
      return {
        MessageId: id,
        MD5OfMessageBody: md5OfBody(body),
        ...(md5 !== undefined && { MD5OfMessageAttributes: md5 }),
      };
    } catch (fault) {
      if (fault instanceof QueueFault) throw named(fault.name as QueueFaultName, fault.message);
      throw fault;
    }
  };
}

async function assertMaySend({ queue }: Pick<ServicePermissions, 'queue'>, senderId: string, { arn }: Queue) {
  const { allowed, reason } = await queue(senderId, 'sqs:SendMessage', arn);
  if (allowed) return;
  const message = `User: ${senderId} is not authorized to perform: sqs:sendmessage on resource: ${arn}: ${reason} (Service: AmazonSQS; Status Code: 403; Error Code: AccessDenied)`;
  throw Object.assign(new Error(message), { name: GENERAL_FAULT });
}

const GENERAL_FAULT = 'SQS.AmazonSQSException';

/** Faults with a class of their own; the others are of the general class, with their code in the message. */
const CLASSES: Partial<Readonly<Record<QueueFaultName, string>>> = {
  QueueDoesNotExist: 'SQS.QueueDoesNotExistException',
  InvalidMessageContents: 'SQS.InvalidMessageContentsException',
};

function named(code: QueueFaultName, message: string): Error {
  const cause = `${message} (Service: AmazonSQS; Status Code: 400; Error Code: ${code})`;
  return Object.assign(new Error(cause), { name: CLASSES[code] ?? GENERAL_FAULT });
}
