import { randomUUID } from 'node:crypto';
import { ACCOUNT, type LocalResource, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import type { BusEvent } from './event.ts';
import { matchesPattern } from './event-pattern.ts';

export interface EventBridgeApiProps {
  readonly rules: readonly LocalResource[];
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

const CALLS = new Map<string, Call>(Object.entries({ PutEvents, ListTargetsByRule, DescribeRule, TestEventPattern }));

/** EventBridge over HTTP: PutEvents, ListTargetsByRule, DescribeRule, TestEventPattern; refuses any other call. */
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

async function PutEvents({ put }: EventBridgeApiProps, mayDo: MayDo, { Entries }: { Entries: readonly Entry[] }) {
  for (const { EventBusName = 'default' } of Entries) {
    await mayDo(EventBusName.startsWith('arn:') ? EventBusName : arnOf(`event-bus/${EventBusName}`));
  }
  const ids = Entries.map(({ Source: source, DetailType, Detail }) => {
    const id = randomUUID();
    put({ ...envelope(id), source, 'detail-type': DetailType, detail: JSON.parse(Detail) });
    return { EventId: id };
  });
  return { FailedEntryCount: 0, Entries: ids };
}

async function ListTargetsByRule({ rules }: EventBridgeApiProps, mayDo: MayDo, { Rule }: { Rule: string }) {
  await mayDo(arnOf(`rule/${Rule}`));
  return { Targets: ruleNamed(rules, Rule).properties.Targets };
}

async function DescribeRule({ rules }: EventBridgeApiProps, mayDo: MayDo, { Name }: { Name: string }) {
  await mayDo(arnOf(`rule/${Name}`));
  const { arn, properties } = ruleNamed(rules, Name);
  const { State = 'ENABLED', EventPattern, Description } = properties;
  return {
    Name,
    Arn: arn,
    State,
    Description,
    ...(EventPattern !== undefined && { EventPattern: JSON.stringify(EventPattern) }),
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

function ruleNamed(rules: readonly LocalResource[], name: string): LocalResource {
  const rule = rules.find(({ ref }) => ref === name);
  if (rule !== undefined) return rule;
  throw new ApiFault('ResourceNotFoundException', `Rule ${name} does not exist.`);
}

function envelope(id: string) {
  return { version: '0', id, account: ACCOUNT, time: new Date().toISOString(), region: REGION, resources: [] };
}

function arnOf(resource: string): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:${resource}`;
}
