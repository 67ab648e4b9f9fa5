import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';
import { type Listening, listenOnLoopback } from './loopback.ts';

/** The error of a refused call. */
export class ApiFault extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export interface JsonCall {
  /** Operation: `PutEvents`. */
  readonly action: string;
  /** JSON, as received. */
  readonly body: string;
  readonly accessKeyId: string;
  /** Checks the caller's permission. @throws ApiFault AccessDeniedException */
  readonly authorize: (iamAction: string, resource: string) => Promise<void>;
}

export interface JsonApiProps {
  /** The prefix of the operation in `x-amz-target`: `AWSEvents`. */
  readonly service: string;
  /** Version of the protocol. */
  readonly version: '1.0' | '1.1';
  /** Default: any free one. */
  readonly port?: number | undefined;
  readonly authorize: (accessKeyId: string, iamAction: string, resource: string) => Promise<Answer>;
  /** Returns the answer; undefined when it has answered itself. Any error but an ApiFault becomes a 500. */
  readonly answer: (call: JsonCall, request: IncomingMessage, response: ServerResponse) => Promise<object | undefined>;
}

/** A service over HTTP in AWS's JSON protocol; refuses calls for other services and unsigned calls. */
export function startJsonApi(props: JsonApiProps): Promise<Listening> {
  return listenOnLoopback(createServer(answerJson(props)), props.port);
}

/** The same for a server that speaks another protocol too. */
export function answerJson(props: Omit<JsonApiProps, 'port'>): RequestListener {
  const type = `application/x-amz-json-${props.version}`;
  return async (request, response) => {
    const respond = (status: number, content: object) =>
      response.writeHead(status, { 'content-type': type }).end(JSON.stringify(content));
    try {
      const content = await props.answer(await readCall(props, request), request, response);
      if (content !== undefined) respond(200, content);
    } catch (fault) {
      if (fault instanceof ApiFault) respond(fault.status, { __type: fault.name, message: fault.message });
      else respond(500, { __type: 'InternalFailure', message: String(fault) });
    }
  };
}

async function readCall(
  { service, authorize }: Pick<JsonApiProps, 'service' | 'authorize'>,
  request: IncomingMessage,
): Promise<JsonCall> {
  const { 'x-amz-target': target, authorization } = request.headers;
  const body = await text(request);
  const [called, action] = String(target).split('.');
  if (called !== service || action === undefined) {
    throw new ApiFault('NotImplemented', `only ${service}, in its JSON protocol, is served here`, 501);
  }
  return { action, body, ...callerOf(authorization, authorize) };
}

/** Who calls, and what checks his permission. @throws ApiFault MissingAuthenticationToken */
export function callerOf(
  authorization: string | undefined,
  authorize: JsonApiProps['authorize'],
): Pick<JsonCall, 'accessKeyId' | 'authorize'> {
  const { accessKeyId } = resolveCaller(authorization, new Map(), new Date());
  if (accessKeyId === undefined) {
    throw new ApiFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  return {
    accessKeyId,
    async authorize(iamAction, resource) {
      const { allowed, reason } = await authorize(accessKeyId, iamAction, resource);
      if (allowed) return;
      const message = `${accessKeyId} is not authorized to perform: ${iamAction} on ${resource}: ${reason}`;
      throw new ApiFault('AccessDeniedException', message);
    },
  };
}
