import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  type Channel,
  type Channels,
  EVENT_SOURCE,
  forEachChannel,
  type StatusChannelName,
} from '../../domain/channels.ts';
import { NotificationFailed } from '../../domain/errors.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { asSubject, withoutForbidden } from './message-text.ts';
import { translatedNotification } from './notification-errors.ts';
import { clientSettings } from './sdk-client.ts';
import { securityHub } from './security-hub.ts';

/** How each channel sends a message. */
const SENDERS: Readonly<Record<StatusChannelName, (env: Environment) => Channel>> = { sns: snsTopic, events: eventBus };

export function createChannels(env: Environment): Channels {
  const channels = forEachChannel((name) => SENDERS[name](env));
  return env.SECURITY_HUB_PRODUCT_ARN ? { ...channels, securityHub: securityHub(env) } : channels;
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
    const { MessageId } = await translatedNotification('SNS', () =>
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
    const { Entries: [entry] = [] } = await translatedNotification('EventBridge', () =>
      eventBridge.send(new PutEventsCommand({ Entries })),
    );
    // PutEvents also answers 200 for an entry that it did not accept.
    if (entry?.EventId === undefined) {
      const { ErrorCode = 'no event id', ErrorMessage = 'no reason' } = entry ?? {};
      throw new NotificationFailed(`EventBridge: ${ErrorCode}: ${ErrorMessage}`);
    }
  };
}
