import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RefusalUndelivered } from '../../domain/errors.ts';
import type { RefusedRequests } from '../../domain/requests/ports.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { escaped, withoutForbidden } from './message-text.ts';
import { clientSettings } from './sdk-client.ts';

/** Three tries within the time of the function. */
const SOCKET_MILLISECONDS = 5_000;
/** Of the reason: enough for its first objects. */
const REASON_CHARACTERS = 1_000;

/**
 * The queue `REFUSED_QUEUE_URL`. The reason is in the attributes in which EventBridge writes its own.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function createRefusedRequests(env: Environment): RefusedRequests {
  const sqs = new SQSClient(clientSettings(env, 'SQS', SOCKET_MILLISECONDS));
  const QueueUrl = requiredString(env, 'REFUSED_QUEUE_URL');
  return {
    async send(message, reason) {
      const text = (StringValue: string) => ({ DataType: 'String', StringValue });
      const MessageAttributes = {
        ERROR_CODE: text('REQUEST_REFUSED'),
        ERROR_MESSAGE: text(withoutForbidden(reason.slice(0, REASON_CHARACTERS))),
      };
      try {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: escaped(message), MessageAttributes }));
      } catch (fault) {
        const { name, message: cause } = fault as Error;
        throw new RefusalUndelivered(`SQS: ${name}: ${cause}`, { cause: fault });
      }
    },
  };
}
