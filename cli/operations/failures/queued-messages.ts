import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetter } from '../dead-letter.ts';

/** Longer than looking at all messages takes; those that are left are visible again at the end. */
const VISIBILITY_SECONDS = 900;

export interface QueuedMessage {
  readonly message: Message;
  readonly letter: DeadLetter;
  /** Deletes it. */
  readonly remove: () => Promise<void>;
}

export interface MessagesOptions {
  /** Leaves out those that were sent before; default: none. */
  readonly since?: Date;
  /** How long to wait for messages; above 0, SQS queries all its servers. Default: 1. */
  readonly waitSeconds?: number;
}

/**
 * The messages in a queue. They are hidden from others until the iteration ends.
 * @throws what the SDK throws
 */
export async function* messagesIn(
  sqs: SQSClient,
  QueueUrl: string,
  { since = new Date(0), waitSeconds = 1 }: MessagesOptions = {},
): AsyncGenerator<QueuedMessage> {
  const left = new Set<string>();
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
          VisibilityTimeout: VISIBILITY_SECONDS,
          WaitTimeSeconds: waitSeconds,
        }),
      );
      if (Messages.length === 0) return;
      for (const { ReceiptHandle = '' } of Messages) left.add(ReceiptHandle);
      for (const message of Messages) {
        const { ReceiptHandle = '' } = message;
        const letter = toDeadLetter(message);
        if (letter.sentAt < since) continue;
        const remove = async () => {
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          left.delete(ReceiptHandle);
        };
        yield { message, letter, remove };
      }
    }
  } finally {
    // Visible again at once, also for the alarm.
    for (const ReceiptHandle of left) {
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
  }
}

function toDeadLetter({ Body = '', Attributes = {}, MessageAttributes = {} }: Message): DeadLetter {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]);
  return {
    body: Body,
    attributes: Object.fromEntries(attributes),
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)),
  };
}
