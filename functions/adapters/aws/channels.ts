import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Channel, type ChannelName, type Channels, EVENT_SOURCE, forEachChannel } from '../../domain/channels.ts';
import {
  AccessDenied,
  type AirlockError,
  InvalidConfiguration,
  InvalidInput,
  NotificationFailed,
} from '../../domain/errors.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { asSubject, withoutForbidden } from './message-text.ts';
import { clientSettings } from './sdk-client.ts';

/** How each channel sends a message. */
const SENDERS: Readonly<Record<ChannelName, (env: Environment) => Channel>> = { sns: snsTopic, events: eventBus };

export function createChannels(env: Environment): Channels {
  return forEachChannel((name) => SENDERS[name](env));
}

/** The topic `TOPIC_ARN`. */
function snsTopic(env: Environment): Channel {
  const sns = new SNSClient(clientSettings(env, 'SNS'));
  const TopicArn = requiredString(env, 'TOPIC_ARN');

  return async ({ body, subject, attributes }) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name, { DataType: 'String', StringValue: withoutForbidden(value) }]),
    );
    const { MessageId } = await translated('SNS', () =>
      sns.send(
        new PublishCommand({
          TopicArn,
          Message: withoutForbidden(body),
          ...(subject !== undefined && { Subject: asSubject(subject) }),
          MessageAttributes,
        }),
      ),
    );
    if (MessageId === undefined) throw new NotificationFailed('SNS: no message id');
  };
}

/** The event bus `EVENT_BUS_NAME`. */
function eventBus(env: Environment): Channel {
  const eventBridge = new EventBridgeClient(clientSettings(env, 'EVENTBRIDGE'));
  const EventBusName = requiredString(env, 'EVENT_BUS_NAME');

  return async ({ type, detail }) => {
    const Entries = [{ EventBusName, Source: EVENT_SOURCE, DetailType: type, Detail: JSON.stringify(detail) }];
    const { Entries: [entry] = [] } = await translated('EventBridge', () =>
      eventBridge.send(new PutEventsCommand({ Entries })),
    );
    // PutEvents also answers 200 for an entry that it did not accept.
    if (entry?.EventId === undefined) {
      const { ErrorCode = 'no event id', ErrorMessage = 'no reason' } = entry ?? {};
      throw new NotificationFailed(`EventBridge: ${ErrorCode}: ${ErrorMessage}`);
    }
  };
}

async function translated<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    throw toNotificationError(service, fault as SdkFault);
  }
}

interface SdkFault extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
function toNotificationError(service: string, fault: SdkFault): AirlockError {
  const { name, message, $metadata } = fault;
  const status = $metadata?.httpStatusCode;
  const text = `${service}: ${name}: ${message}`;
  const options = { cause: fault };

  const lasting = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (!lasting || /Throttl|^ExpiredToken/.test(name)) return new NotificationFailed(text, options);
  if (status === 401 || status === 403 || /AccessDenied/.test(name)) return new AccessDenied(text, options);
  if (status === 404 || /NotFound/.test(name)) return new InvalidConfiguration(text, options);
  return new InvalidInput(text, options);
}
