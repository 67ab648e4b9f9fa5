import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AccessDenied, NotificationFailed } from '../domain/errors.ts';
import type { Notifier } from '../domain/ports.ts';
import { type Environment, requiredString } from './environment.ts';
import { clientSettings } from './sdk-client.ts';

export const EVENT_SOURCE = 's3-airlock';

/** SNS topic `TOPIC_ARN` and event bus `EVENT_BUS_NAME`. */
export function createNotifier(env: Environment): Notifier {
  const sns = new SNSClient(clientSettings(env, 'SNS'));
  const eventBridge = new EventBridgeClient(clientSettings(env, 'EVENTBRIDGE'));
  const TopicArn = requiredString(env, 'TOPIC_ARN');
  const EventBusName = requiredString(env, 'EVENT_BUS_NAME');

  return {
    async publish(body, attributes) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes)
          .filter(([, value]) => value !== '')
          .map(([name, value]) => [name, { DataType: 'String', StringValue: withoutForbidden(value) }]),
      );
      await translated('SNS', () =>
        sns.send(new PublishCommand({ TopicArn, Message: withoutForbidden(body), MessageAttributes })),
      );
    },

    async putEvent(DetailType, detail) {
      const Entries = [{ EventBusName, Source: EVENT_SOURCE, DetailType, Detail: JSON.stringify(detail) }];
      const { FailedEntryCount, Entries: [entry] = [] } = await translated('EventBridge', () =>
        eventBridge.send(new PutEventsCommand({ Entries })),
      );
      // PutEvents answers 200 also for an entry it did not take.
      if (FailedEntryCount) throw new NotificationFailed(`EventBridge: ${entry?.ErrorCode}: ${entry?.ErrorMessage}`);
    },
  };
}

/**
 * SNS takes the characters of XML 1.0 only; a key may hold others.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
function withoutForbidden(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

async function translated<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    const { name, message, $metadata } = fault as Error & { $metadata?: { httpStatusCode?: number } };
    const text = `${service}: ${name}: ${message}`;
    if ($metadata?.httpStatusCode === 403) throw new AccessDenied(text, { cause: fault });
    throw new NotificationFailed(text, { cause: fault });
  }
}
