import { ACCOUNT } from '../cloudformation/template.ts';
import { listIn, mapIn, type QueryStructure, textIn } from '../http/query.ts';
import type { XmlElement } from '../http/xml.ts';
import { DEFAULT_POLICY } from './delivery-policy.ts';
import type { MessageAttribute, MessageAttributes, Publication } from './message.ts';
import { publishBatch } from './publish-batch.ts';
import { invalidParameter } from './sns-fault.ts';
import { type Attributes, listedEndpoint, SETTABLE, type Subscription } from './subscription.ts';
import type { Topics } from './topics.ts';

export interface ActionProps {
  readonly topics: Topics;
  readonly parameters: QueryStructure;
  /** ARN; undefined for a link that somebody opened. */
  readonly caller: string | undefined;
}

interface Action {
  /** The topic that IAM decides on; undefined: all. */
  readonly topicOf?: (props: ActionProps) => string;
  /** Whether it needs no signature: the links in messages have none. */
  readonly open?: true;
  /** The action in IAM, if it is another one. */
  readonly permission?: string;
  readonly act: (props: ActionProps) => XmlElement | undefined | Promise<XmlElement | undefined>;
}

const topicArn = ({ parameters }: ActionProps) => required(parameters, 'TopicArn');
/** IAM decides on a subscription by its topic. */
const topicOfSubscription = ({ parameters }: ActionProps) =>
  required(parameters, 'SubscriptionArn').split(':').slice(0, 6).join(':');

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */
export const ACTIONS: Readonly<Record<string, Action>> = {
  Publish: {
    topicOf: ({ parameters }) => textIn(parameters, 'TargetArn') ?? required(parameters, 'TopicArn'),
    act: (props) => ({
      MessageId: props.topics.publish(ACTIONS.Publish?.topicOf?.(props) ?? '', publicationOf(props.parameters)).id,
    }),
  },
  PublishBatch: {
    topicOf: topicArn,
    permission: 'Publish',
    act: (props) =>
      publishBatch(
        listIn(props.parameters, 'PublishBatchRequestEntries').flatMap((entry) =>
          typeof entry === 'string' ? [] : [{ id: textIn(entry, 'Id') ?? '', publication: publicationOf(entry) }],
        ),
        (publication) => props.topics.publish(topicArn(props), publication).id,
      ),
  },
  Subscribe: { topicOf: topicArn, act: subscribe },
  ConfirmSubscription: {
    topicOf: topicArn,
    open: true,
    act: (props) => {
      const token = required(props.parameters, 'Token');
      const keep = textIn(props.parameters, 'AuthenticateOnUnsubscribe') === 'true';
      const by = { authenticated: props.caller !== undefined, keep };
      return { SubscriptionArn: props.topics.confirm(topicArn(props), token, by).arn };
    },
  },
  Unsubscribe: {
    topicOf: topicOfSubscription,
    open: true,
    act: ({ topics, parameters, caller }) => {
      topics.unsubscribe(required(parameters, 'SubscriptionArn'), { authenticated: caller !== undefined });
      return undefined;
    },
  },
  ListTopics: {
    act: ({ topics, parameters }) =>
      paged(
        parameters,
        'Topics',
        topics.topics().map(({ arn }) => ({ TopicArn: arn })),
      ),
  },
  ListSubscriptions: {
    act: ({ topics, parameters }) => paged(parameters, 'Subscriptions', topics.subscriptions().map(listed)),
  },
  ListSubscriptionsByTopic: {
    topicOf: topicArn,
    act: ({ topics, parameters }) => {
      const { arn } = topics.topic(required(parameters, 'TopicArn'));
      return paged(parameters, 'Subscriptions', topics.subscriptions(arn).map(listed));
    },
  },
  GetTopicAttributes: { topicOf: topicArn, act: (props) => ({ Attributes: entriesOf(topicAttributes(props)) }) },
  SetTopicAttributes: {
    topicOf: topicArn,
    act: (props) => {
      const name = required(props.parameters, 'AttributeName');
      if (name === 'Policy' || name === 'KmsMasterKeyId')
        throw invalidParameter(name, 'it comes from the template here');
      props.topics.topic(topicArn(props)).set(name, textIn(props.parameters, 'AttributeValue') ?? '');
      return undefined;
    },
  },
  GetSubscriptionAttributes: {
    topicOf: topicOfSubscription,
    act: ({ topics, parameters }) => ({
      Attributes: entriesOf(attributesOf(topics.subscription(required(parameters, 'SubscriptionArn')), topics)),
    }),
  },
  SetSubscriptionAttributes: {
    topicOf: topicOfSubscription,
    act: async ({ topics, parameters }) => {
      const name = SETTABLE.find((known) => known === textIn(parameters, 'AttributeName'));
      if (name === undefined) throw invalidParameter('AttributeName');
      const arn = required(parameters, 'SubscriptionArn');
      await topics.setAttribute(arn, name, textIn(parameters, 'AttributeValue') ?? '');
      return undefined;
    },
  },
};

async function subscribe(props: ActionProps): Promise<XmlElement> {
  const { topics, parameters, caller } = props;
  const given = [...mapIn(parameters, 'Attributes')].map(([name, value]) => [name, String(value)] as const);
  const unknown = given.find(([name]) => !SETTABLE.some((known) => known === name));
  if (unknown !== undefined) throw invalidParameter('Attributes', `Unknown attribute: ${unknown[0]}`);
  const subscription = await topics.subscribe({
    topicArn: topicArn(props),
    protocol: required(parameters, 'Protocol'),
    endpoint: textIn(parameters, 'Endpoint') ?? '',
    ...(caller !== undefined && { principal: caller }),
    attributes: Object.fromEntries(given) as Attributes,
  });
  const told = subscription.confirmed || textIn(parameters, 'ReturnSubscriptionArn') === 'true';
  return { SubscriptionArn: told ? subscription.arn : 'pending confirmation' };
}

/** @throws SnsFault InvalidParameter */
function publicationOf(parameters: QueryStructure): Publication {
  return {
    message: textIn(parameters, 'Message') ?? '',
    subject: textIn(parameters, 'Subject'),
    structure: textIn(parameters, 'MessageStructure'),
    attributes: messageAttributes(parameters),
  };
}

function messageAttributes(parameters: QueryStructure): MessageAttributes {
  const given = mapIn(parameters, 'MessageAttributes', { key: 'Name', value: 'Value' });
  const attributes = [...given].map(([name, value]): [string, MessageAttribute] => {
    const content = typeof value === 'string' ? {} : value;
    const [text, bytes] = [textIn(content, 'StringValue'), textIn(content, 'BinaryValue')];
    return [
      name,
      {
        DataType: textIn(content, 'DataType') ?? '',
        ...(text !== undefined && { StringValue: text }),
        ...(bytes !== undefined && { BinaryValue: bytes }),
      },
    ];
  });
  return Object.fromEntries(attributes);
}

function listed(subscription: Subscription): XmlElement {
  const { arn, topicArn: TopicArn, protocol, confirmed } = subscription;
  return {
    SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
    Owner: ACCOUNT,
    Protocol: protocol,
    Endpoint: listedEndpoint(subscription),
    TopicArn,
  };
}

function topicAttributes(props: ActionProps): Record<string, string> {
  const { arn, ...topic } = { arn: topicArn(props), attributes: props.topics.topic(topicArn(props)).attributes() };
  const subscriptions = props.topics.subscriptions(arn);
  const confirmed = subscriptions.filter((each) => each.confirmed).length;
  return {
    ...topic.attributes,
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    SubscriptionsDeleted: '0',
  };
}

function attributesOf(subscription: Subscription, topics: Topics): Record<string, string> {
  const { arn, topicArn: TopicArn, protocol, principal, confirmed, authenticated, attributes, settings } = subscription;
  const delivery = settings.delivery ?? topics.topic(TopicArn).delivery ?? DEFAULT_POLICY;
  return {
    SubscriptionArn: arn,
    TopicArn,
    Owner: ACCOUNT,
    Protocol: protocol,
    Endpoint: listedEndpoint(subscription),
    SubscriptionPrincipal: principal,
    PendingConfirmation: String(!confirmed),
    ConfirmationWasAuthenticated: String(authenticated),
    RawMessageDelivery: 'false',
    ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== '')),
    ...(protocol.startsWith('http') && { EffectiveDeliveryPolicy: JSON.stringify(delivery) }),
    ...(attributes.FilterPolicy && { FilterPolicyScope: attributes.FilterPolicyScope ?? 'MessageAttributes' }),
  };
}

const PAGE_LENGTH = 100;

/** The token is the number of those before. */
function paged(parameters: QueryStructure, name: string, items: readonly XmlElement[]): XmlElement {
  const token = textIn(parameters, 'NextToken') ?? '0';
  if (!/^\d+$/.test(token)) throw invalidParameter('NextToken');
  const next = Number(token) + PAGE_LENGTH;
  return {
    [name]: { member: items.slice(Number(token), next) },
    ...(next < items.length && { NextToken: String(next) }),
  };
}

const entriesOf = (map: Readonly<Record<string, string>>): XmlElement => ({
  entry: Object.entries(map).map(([key, value]) => ({ key, value })),
});

function required(parameters: QueryStructure, name: string): string {
  const value = textIn(parameters, name);
  if (value === undefined || value === '') throw invalidParameter(name);
  return value;
}
