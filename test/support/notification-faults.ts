import type { Notification } from '../../functions/domain/notification.ts';
import {
  type Answer,
  type Fault,
  type FaultProxy,
  NETWORK_FAULTS,
  type NetworkFault,
  type Request,
  startFaultProxy,
} from './fault-proxy.ts';

/** What can happen to one Publish. */
export const SNS_FAULTS = [
  ...NETWORK_FAULTS,
  'internalError',
  'throttled',
  'keyThrottled',
  /** 200 for a message that was not taken: no message id. */
  'unconfirmed',
  /** No retry helps. */
  'denied',
] as const;
export type SnsFault = (typeof SNS_FAULTS)[number];

/** What can happen to one PutEvents. */
export const EVENTS_FAULTS = [
  ...NETWORK_FAULTS,
  'internalError',
  'throttled',
  /** 200 with a FailedEntryCount. */
  'failedEntry',
  /** 200 that says nothing of an event that was not taken. */
  'unconfirmed',
  /** No retry helps. */
  'denied',
] as const;
export type EventsFault = (typeof EVENTS_FAULTS)[number];

type Choose<F> = (notification: Notification) => F | undefined;

/** An SNS as its clients meet it; it takes notifications in the dialect `airlock` alone. */
export function startSnsFaultProxy(choose: Choose<SnsFault>): Promise<FaultProxy> {
  const message = ({ body }: Request) => new URLSearchParams(body.toString()).get('Message');
  return startProxy(choose, message, {
    internalError: xml(500, 'InternalError'),
    throttled: xml(429, 'Throttled'),
    keyThrottled: xml(400, 'KMSThrottling'),
    unconfirmed: { status: 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from('<PublishResponse/>') },
    denied: xml(403, 'AuthorizationError'),
  });
}

/** An EventBridge as its clients meet it. */
export function startEventsFaultProxy(choose: Choose<EventsFault>): Promise<FaultProxy> {
  const detail = ({ body }: Request) => JSON.parse(body.toString()).Entries[0].Detail;
  const failed = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'x' }] };
  return startProxy(choose, detail, {
    internalError: json(500, { __type: 'InternalException' }),
    throttled: json(400, { __type: 'ThrottlingException' }),
    failedEntry: json(200, failed),
    unconfirmed: json(200, {}),
    denied: json(400, { __type: 'AccessDeniedException' }),
  });
}

function startProxy<F extends string>(
  choose: Choose<F>,
  textOf: (request: Request) => string | null,
  answers: Readonly<Record<Exclude<F, NetworkFault>, Answer>>,
): Promise<FaultProxy> {
  return startFaultProxy({
    choose(request): Fault | undefined {
      const fault = choose(JSON.parse(textOf(request) ?? '') as Notification);
      if (fault === undefined || isOfNetwork(fault)) return fault;
      return { instead: answers[fault as Exclude<F, NetworkFault>] };
    },
  });
}

function isOfNetwork(fault: string): fault is NetworkFault {
  return (NETWORK_FAULTS as readonly string[]).includes(fault);
}

function xml(status: number, code: string): Answer {
  const body = `<ErrorResponse><Error><Type>x</Type><Code>${code}</Code><Message>x</Message></Error></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) };
}

function json(status: number, body: object): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}
