import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';
import type { LambdaRead } from './concurrency.ts';

export interface LambdaApiProps {
  /** ARN of a function by its name or ARN; undefined when the stack has none. */
  readonly arnOf: (name: string) => string | undefined;
  /** Calls it. Its own fault is an Error whose message is the JSON that Lambda returns. */
  readonly invoke: (arn: string, payload: unknown) => Promise<unknown>;
  /** Calls it without waiting for it; without this, such calls are not served. */
  readonly invokeLater?: (arn: string, payload: unknown) => void;
  /** A GET of this path; undefined for one that is not served. */
  readonly read?: (path: string) => LambdaRead | undefined;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
  /** Default: any free one. */
  readonly port?: number;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda over HTTP: Invoke that waits for the answer (RequestResponse) or does not (Event), and what `read` answers; no other call. */
export function startLambdaApi({
  arnOf,
  invoke,
  invokeLater,
  read,
  authorize,
  port,
}: LambdaApiProps): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const respond = (status: number, content: string, headers: Readonly<Record<string, string>> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers })
        .end(content);
    const refuse = (status: number, name: string, Message: string) =>
      respond(status, JSON.stringify({ Type: 'User', Message }), { 'x-amzn-errortype': name });
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const named = INVOKE.exec(pathname)?.[1];
      const payload = await text(request);
      const { accessKeyId = 'anonymous' } = resolveCaller(request.headers.authorization, new Map(), new Date());
      const asked = request.method === 'GET' ? read?.(pathname) : undefined;
      if (asked !== undefined) {
        const { allowed, reason } = await authorize(accessKeyId, asked.action, asked.resource);
        if (!allowed) return refuse(403, 'AccessDeniedException', `${accessKeyId} may not ${asked.action}: ${reason}`);
        if (asked.content === undefined)
          return refuse(404, 'ResourceNotFoundException', `Not found: ${asked.resource}`);
        return respond(200, JSON.stringify(asked.content));
      }
      const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
      const isServed = type === 'RequestResponse' || (type === 'Event' && invokeLater !== undefined);
      if (named === undefined || request.method !== 'POST' || !isServed) {
        return refuse(501, 'NotImplemented', `${request.method} ${pathname} (${type}) is not served here`);
      }
      const name = decodeURIComponent(named);
      const arn = arnOf(name);
      // As on AWS, whoever may not call it does not learn whether it exists.
      const { allowed, reason } = await authorize(accessKeyId, 'lambda:InvokeFunction', arn ?? arnLike(name));
      if (!allowed) {
        return refuse(403, 'AccessDeniedException', `${accessKeyId} may not lambda:InvokeFunction ${name}: ${reason}`);
      }
      if (arn === undefined) return refuse(404, 'ResourceNotFoundException', `Function not found: ${name}`);
      if (type === 'Event') {
        invokeLater?.(arn, payload === '' ? {} : JSON.parse(payload));
        return respond(202, '');
      }
      const answer = await invoke(arn, payload === '' ? {} : JSON.parse(payload)).then(
        (value) => ({ content: JSON.stringify(value ?? null), headers: {} }),
        (fault: Error) => ({ content: fault.message, headers: { 'x-amz-function-error': 'Unhandled' } }),
      );
      return respond(200, answer.content, { 'x-amz-executed-version': '$LATEST', ...answer.headers });
    } catch (fault) {
      return refuse(500, 'ServiceException', String(fault));
    }
  });
  return listenOnLoopback(server, port);
}

const arnLike = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
