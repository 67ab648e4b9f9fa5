import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { ACCOUNT, type LocalResource, REGION } from '../cloudformation/template.ts';
import { listenOnLoopback } from '../loopback.ts';
import { resolveCaller } from '../s3/identity.ts';
import { matchesPattern } from './event-pattern.ts';
import { targetInput } from './input-transformer.ts';

/** An event as rules see it. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: object;
}

export interface Target {
  readonly Arn: string;
  /** Who EventBridge starts it as. */
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
  readonly InputTransformer?: { readonly InputPathsMap?: Record<string, string>; readonly InputTemplate: string };
}

export interface EventBusProps {
  readonly rules: readonly LocalResource[];
  /** Hands an input to a target; what it throws sends the event to the target's dead-letter queue. */
  readonly deliver: (target: Target, input: unknown, event: BusEvent) => void;
  readonly deadLetter: (queueArn: string, event: BusEvent, attributes: DeadLetterAttributes) => void;
  readonly onEvent?: (event: BusEvent) => void;
  /** Whether the caller of PutEvents may; everybody unless said otherwise. */
  readonly authorize?: (accessKeyId: string, busArn: string) => Promise<{ allowed: boolean; reason: string }>;
}

/** What a message in a dead-letter queue says beside the event; https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
export interface DeadLetterAttributes {
  readonly RULE_ARN: string;
  readonly TARGET_ARN: string;
  readonly ERROR_CODE: string;
  readonly ERROR_MESSAGE: string;
}

export interface EventBus {
  /** Of PutEvents and ListTargetsByRule. */
  readonly endpoint: string;
  put(event: BusEvent): void;
  close(): Promise<void>;
}

interface PutEventsRequest {
  readonly Entries: readonly Entry[];
}

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  /** Name or ARN. */
  readonly EventBusName?: string;
}

/** The default event bus: the template's own rules decide what starts what. */
export async function startEventBus({
  rules,
  deliver,
  deadLetter,
  onEvent,
  authorize,
}: EventBusProps): Promise<EventBus> {
  function put(event: BusEvent) {
    onEvent?.(event);
    for (const { arn, properties } of rules) {
      // A rule without a pattern runs on a schedule.
      const { State, EventPattern } = properties;
      if (State === 'DISABLED' || EventPattern === undefined || !matchesPattern(EventPattern, event)) continue;
      for (const target of properties.Targets as Target[]) {
        try {
          deliver(target, targetInput(event, target.InputTransformer), event);
        } catch (fault) {
          if (target.DeadLetterConfig === undefined) throw fault;
          deadLetter(target.DeadLetterConfig.Arn, event, {
            RULE_ARN: arn,
            TARGET_ARN: target.Arn,
            ERROR_CODE: 'SDK_CLIENT_ERROR',
            ERROR_MESSAGE: (fault as Error).message,
          });
        }
      }
    }
  }

  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    const action = request.headers['x-amz-target'];
    if (action === 'AWSEvents.ListTargetsByRule') {
      const { Rule } = (await json(request)) as { Rule: string };
      const rule = rules.find(({ ref }) => ref === Rule);
      const answer = rule
        ? { Targets: rule.properties.Targets }
        : { __type: 'ResourceNotFoundException', message: `Rule ${Rule} does not exist.` };
      response.writeHead(rule ? 200 : 400).end(JSON.stringify(answer));
      return;
    }
    if (action !== 'AWSEvents.PutEvents') {
      response
        .writeHead(501)
        .end(JSON.stringify({ __type: 'NotImplemented', message: `${action} is not served here` }));
      return;
    }
    const { Entries } = (await json(request)) as PutEventsRequest;
    const refusal = authorize && (await firstRefusal(authorize, request.headers.authorization, Entries));
    if (refusal !== undefined) {
      response.writeHead(400).end(JSON.stringify({ __type: 'AccessDeniedException', message: refusal }));
      return;
    }
    const ids = Entries.map((entry) => {
      const id = randomUUID();
      const { Source: source, DetailType, Detail } = entry;
      put({ ...envelope(id), source, 'detail-type': DetailType, detail: JSON.parse(Detail) });
      return { EventId: id };
    });
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: ids }));
  });
  return { ...(await listenOnLoopback(server)), put };
}

async function firstRefusal(
  authorize: NonNullable<EventBusProps['authorize']>,
  authorization: string | undefined,
  entries: readonly Entry[],
): Promise<string | undefined> {
  const accessKeyId = resolveCaller(authorization, new Map(), new Date()).accessKeyId ?? 'anonymous';
  for (const { EventBusName = 'default' } of entries) {
    const busArn = EventBusName.startsWith('arn:')
      ? EventBusName
      : `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${EventBusName}`;
    const { allowed, reason } = await authorize(accessKeyId, busArn);
    if (!allowed) return `${accessKeyId} is not authorized to perform: events:PutEvents on ${busArn}: ${reason}`;
  }
  return undefined;
}

function envelope(id: string) {
  return { version: '0', id, account: ACCOUNT, time: new Date().toISOString(), region: REGION, resources: [] };
}
