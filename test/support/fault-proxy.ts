import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../emulator/http/loopback.ts';

/** What a network does to one request or its answer. */
export const NETWORK_FAULTS = [
  /** The connection breaks before the service sees the request. */
  'reset',
  /** The service handles the request, but the connection breaks before its answer. */
  'lostAnswer',
  'resetMidBody',
  /** Half the body, and a Content-Length that says so; to HEAD, a Content-Length of 0. */
  'truncated',
  'slow',
  /** Half the body, and then nothing. */
  'stalled',
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** One the network has, an answer in place of the service's, which sees nothing of the request, or its answer altered. */
export type Fault = NetworkFault | { readonly instead: Answer } | { readonly altered: (answer: Answer) => Answer };

export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface FaultProxyOptions {
  /** Asked of every request, and awaited: what happens to it; undefined lets it pass. */
  readonly choose: (request: Request) => Fault | undefined | Promise<Fault | undefined>;
  /** Called once the service has handled the request, before anyone else learns of it. */
  readonly onDone?: (request: Request) => void;
}

export interface FaultProxy {
  readonly endpoint: string;
  /** Where to send what passes. */
  forwardTo(endpoint: string): void;
  close(): Promise<void>;
}

/** An HTTP proxy on loopback that does to a service what the network, and the service itself, do to its clients. */
export async function startFaultProxy({ choose, onDone }: FaultProxyOptions): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  let target = '';

  async function forward({ method, url, headers, body }: Request): Promise<Answer> {
    const outgoing = httpRequest(`${target}${url}`, { method, headers, agent });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/', headers } = incoming;
    const request = { method, url, headers, body: await buffer(incoming) };
    const fault = await choose(request);
    if (fault === 'reset') return void incoming.socket.resetAndDestroy();
    if (typeof fault === 'object' && 'instead' in fault) return send(response, fault.instead);
    const answer = await forward(request);
    if (answer.status < 300) onDone?.(request);
    if (typeof fault === 'object') return send(response, fault.altered(answer));
    await hand(answer, fault, response);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  const { endpoint, close } = await listenOnLoopback(server);
  return {
    endpoint,
    forwardTo: (to) => {
      target = to;
    },
    async close() {
      agent.destroy();
      await close();
    },
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const named = Object.entries(headers).filter(([, value]) => value !== undefined);
  response.writeHead(status, Object.fromEntries(named)).end(body);
}

async function hand(answer: Answer, fault: NetworkFault | undefined, response: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  const half = body.subarray(0, body.length / 2);
  const begin = () => {
    response.writeHead(status, headers);
    return new Promise((resolve) => response.write(half, resolve));
  };
  switch (fault) {
    case 'lostAnswer':
      response.socket?.resetAndDestroy();
      return;
    case 'resetMidBody':
      await begin();
      response.socket?.resetAndDestroy();
      return;
    case 'stalled':
      await begin();
      return;
    case 'slow':
      await begin();
      for (const piece of inPieces(body.subarray(half.length), 10)) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        response.write(piece);
      }
      response.end();
      return;
    case 'truncated':
      send(response, { status, headers: { ...headers, 'content-length': String(half.length) }, body: half });
      return;
    default:
      send(response, answer);
  }
}

function* inPieces(bytes: Buffer, count: number): Generator<Buffer> {
  const length = Math.max(1, Math.ceil(bytes.length / count));
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}
