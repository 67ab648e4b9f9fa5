import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
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

/** A protocol that a service speaks beside JSON. */
export interface OtherProtocol {
  /** Content type of its answers. */
  readonly type: string;
  /** The request as JSON; undefined when it is not in this protocol. */
  read(headers: IncomingHttpHeaders, body: string): Pick<JsonCall, 'action' | 'body'> | undefined;
  write(action: string, content: object): string;
  writeFault(name: string, message: string): string;
}

export interface JsonApiProps {
  /** The prefix of the operation in `x-amz-target`: `AWSEvents`. */
  readonly service: string;
  /** Version of the protocol. */
  readonly version: '1.0' | '1.1';
  /** Default: any free one. */
  readonly port?: number | undefined;
  readonly authorize: (accessKeyId: string, iamAction: string, resource: string) => Promise<Answer>;
  readonly other?: OtherProtocol;
  /** Returns the answer; undefined when it has answered itself. Any error but an ApiFault becomes a 500. */
  readonly answer: (call: JsonCall, request: IncomingMessage, response: ServerResponse) => Promise<object | undefined>;
}

/** A service over HTTP in AWS's JSON protocol; refuses calls for other services and unsigned calls. */
export function startJsonApi(props: JsonApiProps): Promise<Listening> {
  const json = {
    type: `application/x-amz-json-${props.version}`,
    write: (_action: string, content: object) => JSON.stringify(content),
    writeFault: (name: string, message: string) => JSON.stringify({ __type: name, message }),
  };
  const server = createServer(async (request, response) => {
    let protocol: Omit<OtherProtocol, 'read'> = json;
    const respond = (status: number, content: string) =>
      response.writeHead(status, { 'content-type': protocol.type }).end(content);
    try {
      const body = await text(request);
      const other = props.other?.read(request.headers, body);
      if (props.other !== undefined && other !== undefined) protocol = props.other;
      const call = readCall(props, request, other ?? { action: undefined, body });
      const content = await props.answer(call, request, response);
      if (content !== undefined) respond(200, protocol.write(call.action, content));
    } catch (fault) {
      if (fault instanceof ApiFault) respond(fault.status, protocol.writeFault(fault.name, fault.message));
      else respond(500, protocol.writeFault('InternalFailure', String(fault)));
    }
  });
  return listenOnLoopback(server, props.port);
}

function readCall(
  { service, authorize }: JsonApiProps,
  { headers }: IncomingMessage,
  { action = targetIn(headers, service), body }: { readonly action: string | undefined; readonly body: string },
): JsonCall {
  const { authorization } = headers;
  const { accessKeyId } = resolveCaller(authorization, new Map(), new Date());
  if (accessKeyId === undefined) {
    throw new ApiFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  return {
    action,
    body,
    accessKeyId,
    async authorize(iamAction, resource) {
      const { allowed, reason } = await authorize(accessKeyId, iamAction, resource);
      if (allowed) return;
      const message = `${accessKeyId} is not authorized to perform: ${iamAction} on ${resource}: ${reason}`;
      throw new ApiFault('AccessDeniedException', message);
    },
  };
}

function targetIn({ 'x-amz-target': target }: IncomingHttpHeaders, service: string): string {
  const [called, action] = String(target).split('.');
  if (called === service && action !== undefined) return action;
  throw new ApiFault('NotImplemented', `only ${service}, in its JSON protocol, is served here`, 501);
}
