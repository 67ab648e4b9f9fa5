import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import type { BusEvent } from './event.ts';
import { matchesPattern } from './event-pattern.ts';
import { type Rule, type RuleRequest, type Rules, type RuleTarget, ruleArn } from './rules.ts';

export interface EventBridgeApiProps {
  readonly rules: Rules;
  readonly put: (event: BusEvent) => void;
  /** Default: any free one. */
  readonly port?: number | undefined;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
}

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  /** Name or ARN. */
  readonly EventBusName?: string;
}

type Call = (props: EventBridgeApiProps, mayDo: MayDo, body: never) => Promise<object>;
type MayDo = (resource: string) => Promise<void>;

const CALLS = new Map<string, Call>(
  Object.entries({
    PutEvents,
    PutRule,
    PutTargets,
    ListRules,
    ListTargetsByRule,
    DescribeRule,
    EnableRule: switchTo('ENABLED'),
    DisableRule: switchTo('DISABLED'),
    RemoveTargets,
    DeleteRule,
    TestEventPattern,
  }),
);

/** EventBridge over HTTP: events, and rules that send them to queues; refuses any other call. */
export function startEventBridgeApi(props: EventBridgeApiProps): Promise<Listening> {
  return startJsonApi({
    service: 'AWSEvents',
    version: '1.1',
    port: props.port,
    authorize: props.authorize,
    async answer({ action, body, authorize }) {
      const call = CALLS.get(action);
      if (call === undefined) throw new ApiFault('UnknownOperationException', `${action} is not served here`);
      return call(props, (resource) => authorize(`events:${action}`, resource), JSON.parse(body) as never);
    },
  });
}

/** Events of AWS come from AWS alone: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const NOT_YOUR_SOURCE = {
  ErrorCode: 'NotAuthorizedForSourceException',
  ErrorMessage: 'Not authorized for the source.',
};

async function PutEvents({ put }: EventBridgeApiProps, mayDo: MayDo, { Entries }: { Entries: readonly Entry[] }) {
  for (const { EventBusName = 'default' } of Entries) {
    await mayDo(EventBusName.startsWith('arn:') ? EventBusName : arnOf(`event-bus/${EventBusName}`));
  }
  const results = Entries.map(({ Source: source, DetailType, Detail }) => {
    if (source.startsWith('aws.')) return NOT_YOUR_SOURCE;
    const id = randomUUID();
    put({ ...envelope(id), source, 'detail-type': DetailType, detail: JSON.parse(Detail) });
    return { EventId: id };
  });
  return { FailedEntryCount: results.filter((result) => result === NOT_YOUR_SOURCE).length, Entries: results };
}

async function PutRule({ rules }: EventBridgeApiProps, mayDo: MayDo, request: RuleRequest) {
  await mayDo(ruleArn(request.Name));
  return { RuleArn: rules.put(request).arn };
}

interface TargetsRequest {
  readonly Rule: string;
  readonly Targets: readonly RuleTarget[];
}

async function PutTargets({ rules }: EventBridgeApiProps, mayDo: MayDo, { Rule, Targets }: TargetsRequest) {
  await mayDo(ruleArn(Rule));
  rules.putTargets(Rule, Targets);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

async function RemoveTargets(
  { rules }: EventBridgeApiProps,
  mayDo: MayDo,
  { Rule, Ids }: { Rule: string; Ids: readonly string[] },
) {
  await mayDo(ruleArn(Rule));
  const unknown = rules.removeTargets(Rule, Ids);
  const FailedEntries = unknown.map((TargetId) => ({
    TargetId,
    ErrorCode: 'ResourceNotFoundException',
    ErrorMessage: `Rule ${Rule} has no target ${TargetId}`,
  }));
  return { FailedEntryCount: FailedEntries.length, FailedEntries };
}

async function DeleteRule({ rules }: EventBridgeApiProps, mayDo: MayDo, { Name }: { Name: string }) {
  await mayDo(ruleArn(Name));
  rules.delete(Name);
  return {};
}

function switchTo(state: Rule['state']): Call {
  return async ({ rules }, mayDo, { Name }: { Name: string }) => {
    await mayDo(ruleArn(Name));
    rules.setState(Name, state);
    return {};
  };
}

async function ListRules({ rules }: EventBridgeApiProps, mayDo: MayDo, { NamePrefix }: { NamePrefix?: string }) {
  await mayDo('*');
  return { Rules: rules.all(NamePrefix).map(described) };
}

async function ListTargetsByRule({ rules }: EventBridgeApiProps, mayDo: MayDo, { Rule }: { Rule: string }) {
  await mayDo(ruleArn(Rule));
  return { Targets: [...rules.named(Rule).targets.values()] };
}

async function DescribeRule({ rules }: EventBridgeApiProps, mayDo: MayDo, { Name }: { Name: string }) {
  await mayDo(ruleArn(Name));
  return described(rules.named(Name));
}

function described({ name, arn, state, description, pattern, scheduleExpression }: Rule) {
  return {
    Name: name,
    Arn: arn,
    State: state,
    Description: description,
    ScheduleExpression: scheduleExpression,
    ...(pattern !== undefined && { EventPattern: JSON.stringify(pattern) }),
    EventBusName: 'default',
  };
}

/** Fields that an event must have. */
const MANDATORY = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

async function TestEventPattern(_: EventBridgeApiProps, mayDo: MayDo, asked: { EventPattern: string; Event: string }) {
  await mayDo('*');
  const event = JSON.parse(asked.Event) as object;
  const missing = MANDATORY.filter((field) => !Object.hasOwn(event, field));
  if (missing.length > 0) throw new ApiFault('ValidationException', `Event has no ${missing.join(', ')}`);
  try {
    return { Result: matchesPattern(JSON.parse(asked.EventPattern), event) };
  } catch (fault) {
    throw new ApiFault('InvalidEventPatternException', (fault as Error).message);
  }
}

function envelope(id: string) {
  return { version: '0', id, account: ACCOUNT, time: new Date().toISOString(), region: REGION, resources: [] };
}

function arnOf(resource: string): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:${resource}`;
}
