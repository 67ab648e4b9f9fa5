import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const VERSION = '/2018-06-01/runtime';

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  resolve(result: unknown): void;
  reject(fault: Error): void;
}

export interface RuntimeApi {
  /** `HOST:PORT`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /**
   * Passes the event to the next runtime that asks.
   * @throws an Error with the `errorType` and `errorMessage` that the function failed with
   */
  invoke(event: unknown): Promise<unknown>;
  /** Fails running and later invocations: the runtime has ended. */
  fail(fault: Error): void;
  close(): Promise<void>;
}

/**
 * The API that a runtime inside Lambda calls.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const waiting: Invocation[] = [];
  const underWay = new Map<string, Invocation>();
  let runtime: ServerResponse | undefined;
  let ended: Error | undefined;

  const hand = () => {
    if (runtime === undefined) return;
    const invocation = waiting.shift();
    if (invocation === undefined) return;
    underWay.set(invocation.id, invocation);
    runtime
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.id,
        'lambda-runtime-deadline-ms': String(Date.now() + 900_000),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:scanner',
      })
      .end(JSON.stringify(invocation.event));
    runtime = undefined;
  };

  const fail = (fault: Error) => {
    ended = fault;
    for (const invocation of [...waiting.splice(0), ...underWay.values()]) invocation.reject(fault);
    underWay.clear();
  };

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? '';
    if (path === `${VERSION}/invocation/next`) {
      runtime = response;
      hand();
      return;
    }
    const body = await text(request);
    response.writeHead(202).end();
    if (path === `${VERSION}/init/error`) return fail(faultOf(body));
    const [, id = '', outcome] = /\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const invocation = underWay.get(decodeURIComponent(id));
    underWay.delete(decodeURIComponent(id));
    if (outcome === 'response') invocation?.resolve(JSON.parse(body));
    else invocation?.reject(faultOf(body));
  }

  const server = createServer({ requestTimeout: 0 }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        waiting.push({ id: randomUUID(), event, resolve, reject });
        hand();
      }),
    fail,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function faultOf(body: string): Error {
  const { errorType, errorMessage } = JSON.parse(body);
  return Object.assign(new Error(errorMessage), { name: errorType });
}
