import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { ACCOUNT, type LocalResource, REGION } from '../cloudformation/template.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { type Listening, listenOnLoopback } from '../loopback.ts';
import { resolveCaller } from '../s3/identity.ts';
import type { BusEvent } from './event-bus.ts';

export interface EventBridgeApiProps {
  readonly rules: readonly LocalResource[];
  readonly put: (event: BusEvent) => void;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
}

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  /** Name or ARN. */
  readonly EventBusName?: string;
}

class ApiFault extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Call = (props: EventBridgeApiProps, mayDo: MayDo, body: never) => Promise<object>;
type MayDo = (resource: string) => Promise<void>;

const CALLS: Readonly<Record<string, Call>> = { PutEvents, ListTargetsByRule };

/** EventBridge over HTTP: PutEvents, ListTargetsByRule; any other call is refused. */
export function startEventBridgeApi(props: EventBridgeApiProps): Promise<Listening> {
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    try {
      const action = String(request.headers['x-amz-target']).replace('AWSEvents.', '');
      const call = CALLS[action];
      if (call === undefined) throw new ApiFault('UnknownOperationException', `${action} is not served here`);
      const { accessKeyId = 'anonymous' } = resolveCaller(request.headers.authorization, new Map(), new Date());
      const mayDo = async (resource: string) => {
        const { allowed, reason } = await props.authorize(accessKeyId, `events:${action}`, resource);
        if (allowed) return;
        const message = `${accessKeyId} is not authorized to perform: events:${action} on ${resource}: ${reason}`;
        throw new ApiFault('AccessDeniedException', message);
      };
      response.end(JSON.stringify(await call(props, mayDo, (await json(request)) as never)));
    } catch (fault) {
      const { name, message } = fault as Error;
      response.writeHead(fault instanceof ApiFault ? 400 : 500).end(JSON.stringify({ __type: name, message }));
    }
  });
  return listenOnLoopback(server);
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
  const rule = rules.find(({ ref }) => ref === Rule);
  if (rule === undefined) throw new ApiFault('ResourceNotFoundException', `Rule ${Rule} does not exist.`);
  return { Targets: rule.properties.Targets };
}

function envelope(id: string) {
  return { version: '0', id, account: ACCOUNT, time: new Date().toISOString(), region: REGION, resources: [] };
}

function arnOf(resource: string): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:${resource}`;
}
