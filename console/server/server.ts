import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '../page-files.ts';
import type { Pipeline } from './clients.ts';
import { BadRequest, createForwarder, type Forwarder, Unreachable } from './forward.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { refusalOf } from './rules.ts';

export interface ConsoleProps {
  readonly pipeline: Pipeline;
  /** The files of the page, asked for until they come. */
  readonly page: () => Promise<Page>;
  /** Default: any free one. */
  readonly port?: number;
}

export interface Console {
  /** `http://127.0.0.1:4585/` */
  readonly url: string;
  close(): Promise<void>;
}

/** The console may show all that the operator may see, so nobody but this machine reaches it. */
const LOOPBACK = '127.0.0.1';
const JSON_TYPE = 'application/json; charset=utf-8';

/** Serves the page, and forwards its calls to the services of the pipeline. */
export async function startConsole({ pipeline, page, port = 0 }: ConsoleProps): Promise<Console> {
  const forwarder = createForwarder(pipeline);
  let files: Promise<Page> | undefined;
  const filesOnce = () => {
    files ??= page().catch((fault) => {
      files = undefined;
      throw fault;
    });
    return files;
  };
  const server = createServer((request, response) => {
    serve(request, response, { port: portOf(server), files: filesOnce, forwarder, pipeline }).catch((fault) => {
      if (response.headersSent) response.destroy();
      else answer(response, ...faultAnswer(fault));
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, LOOPBACK, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (fault) {
    await forwarder.close();
    throw fault;
  }
  return {
    url: `http://${LOOPBACK}:${portOf(server)}/`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await forwarder.close();
      await closed;
    },
  };
}

interface Served {
  readonly port: number;
  readonly files: () => Promise<Page>;
  readonly forwarder: Forwarder;
  readonly pipeline: Pipeline;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { port, files, forwarder, pipeline }: Served,
): Promise<void> {
  const { method = '', url: target = '', headers } = request;
  const hosts = request.headersDistinct.host ?? [];
  const refusal = refusalOf({ method, target, headers, hosts }, port);
  if (refusal !== undefined) {
    // Nothing of a refused request is read.
    response.setHeader('connection', 'close');
    return fail(response, refusal.status, 'Refused', refusal.message);
  }
  const { pathname, searchParams } = new URL(target, 'http://console');
  if (pathname.startsWith('/services/')) {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answered = await forwarder.answer({ request, path: pathname, query: searchParams, signal: gone.signal });
    if (answered === undefined) return fail(response, 404, 'UnknownCall', `${pathname} is not called by the page`);
    return answer(response, 200, JSON_TYPE, JSON.stringify(answered));
  }
  if (pathname === '/about.json') {
    const { stack, region } = pipeline;
    return answer(response, 200, JSON_TYPE, JSON.stringify({ stack, region }));
  }
  const file = (await files()).get(pathname === '/' ? '/index.html' : pathname);
  if (file === undefined) return fail(response, 404, 'NotFound', `there is no ${pathname}`);
  answer(response, 200, file.type, request.method === 'HEAD' ? '' : file.content);
}

function faultAnswer(fault: unknown): [status: number, type: string, content: string] {
  const [status, name] =
    fault instanceof Unreachable
      ? ([502, 'Unreachable'] as const)
      : fault instanceof BadRequest
        ? ([400, 'BadRequest'] as const)
        : ([500, 'InternalFailure'] as const);
  const { message } = fault as Error;
  return [status, JSON_TYPE, JSON.stringify({ name, message })];
}

const fail = (response: ServerResponse, status: number, name: string, message: string) =>
  answer(response, status, JSON_TYPE, JSON.stringify({ name, message }));

function answer(response: ServerResponse, status: number, type: string, content: string | Uint8Array): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': type }).end(content);
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
