import { randomUUID } from 'node:crypto';
import { ACCOUNT, type LocalResource, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import type { BusEvent } from './event.ts';

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

const CALLS = new Map<string, Call>(Object.entries({ PutEvents, DescribeRule, ListTargetsByRule }));

/** EventBridge over HTTP: PutEvents, DescribeRule, ListTargetsByRule; refuses any other call. */
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

async function DescribeRule({ rules }: EventBridgeApiProps, mayDo: MayDo, { Name }: { Name: string }) {
  await mayDo(arnOf(`rule/${Name}`));
  const { ref, arn, properties } = ruleNamed(rules, Name);
  const { Description, EventPattern, ScheduleExpression, State = 'ENABLED', EventBusName = 'default' } = properties;
  return {
    Name: ref,
    Arn: arn,
    Description,
    ...(EventPattern !== undefined && { EventPattern: JSON.stringify(EventPattern) }),
    ScheduleExpression,
    State,
    EventBusName,
  };
}

async function ListTargetsByRule({ rules }: EventBridgeApiProps, mayDo: MayDo, { Rule }: { Rule: string }) {
  await mayDo(arnOf(`rule/${Rule}`));
  return { Targets: ruleNamed(rules, Rule).properties.Targets };
}

function ruleNamed(rules: readonly LocalResource[], name: string): LocalResource {
  const rule = rules.find(({ ref }) => ref === name);
  if (rule === undefined) throw new ApiFault('ResourceNotFoundException', `Rule ${name} does not exist.`);
  return rule;
}

function envelope(id: string) {
  return { version: '0', id, account: ACCOUNT, time: new Date().toISOString(), region: REGION, resources: [] };
}

function arnOf(resource: string): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:${resource}`;
}
