import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What can happen to one S3 request on its way. */
export const S3_FAULTS = [
  'internalError',
  'slowDown',
  /** The connection breaks before S3 sees the request. */
  'reset',
  /** S3 does what it is asked to, and the connection breaks before it can say so. */
  'lostAnswer',
  'resetMidBody',
  /** Half the body, and a Content-Length that says so; to HEAD, a Content-Length of 0. */
  'truncated',
  'slow',
  /** Half the body, and then nothing. */
  'stalled',
  'wrongETag',
  'noETag',
  /** NoSuchKey of an object that is there. */
  'notFound',
] as const;
export type S3Fault = (typeof S3_FAULTS)[number];

export interface ProxiedRequest {
  /** `GET`, `HEAD`, `GET tagging`, `PUT tagging`, `DELETE tagging`. */
  readonly what: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

export interface FaultProxyOptions {
  /** Asked of every request, and awaited: what happens to it; undefined lets it pass. */
  readonly choose: (request: ProxiedRequest) => S3Fault | undefined | Promise<S3Fault | undefined>;
  /** Told once S3 has done what it was asked to, before anybody else is. */
  readonly onDone?: (request: ProxiedRequest) => void;
}

export interface FaultProxy {
  readonly endpoint: string;
  /** Where to send what passes. */
  forwardTo(endpoint: string): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An HTTP proxy on loopback that does to an S3 what the network, and S3 itself, do to its clients. */
export async function startFaultProxy({ choose, onDone }: FaultProxyOptions): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  let target = '';

  async function forward(incoming: IncomingMessage, sent: Buffer): Promise<Answer> {
    const { method, url, headers } = incoming;
    const outgoing = request(`${target}${url}`, { method, headers, agent });
    outgoing.end(sent);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await buffer(incoming);
    const asked = parsed(incoming);
    const fault = await choose(asked);
    if (fault === 'reset') return void incoming.socket.resetAndDestroy();
    const said = REFUSALS[fault ?? ''];
    if (said !== undefined) return send(response, refusal(said, incoming));
    const answer = await forward(incoming, sent);
    if (answer.status < 300) onDone?.(asked);
    await hand(answer, fault, response);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwardTo: (endpoint) => {
      target = endpoint;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

const REFUSALS: Readonly<Record<string, readonly [status: number, code: string]>> = {
  internalError: [500, 'InternalError'],
  slowDown: [503, 'SlowDown'],
  notFound: [404, 'NoSuchKey'],
};

function refusal([status, code]: readonly [number, string], { method }: IncomingMessage): Answer {
  const body = method === 'HEAD' ? '' : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>x</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const named = Object.entries(headers).filter(([, value]) => value !== undefined);
  response.writeHead(status, Object.fromEntries(named)).end(body);
}

async function hand(answer: Answer, fault: S3Fault | undefined, response: ServerResponse): Promise<void> {
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
    case 'wrongETag':
      send(response, { ...answer, headers: { ...headers, etag: '"0123456789abcdef"' } });
      return;
    case 'noETag':
      send(response, { ...answer, headers: { ...headers, etag: undefined } });
      return;
    default:
      send(response, answer);
  }
}

function* inPieces(bytes: Buffer, count: number): Generator<Buffer> {
  const length = Math.max(1, Math.ceil(bytes.length / count));
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

function parsed({ method = '', url = '/' }: IncomingMessage): ProxiedRequest {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, bucket = '', ...key] = pathname.split('/').map(decodeURIComponent);
  return {
    what: searchParams.has('tagging') ? `${method} tagging` : method,
    bucket,
    key: key.join('/'),
    versionId: searchParams.get('versionId') ?? undefined,
  };
}
