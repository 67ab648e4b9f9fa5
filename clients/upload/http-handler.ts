import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UploadVerdict } from './protocol.ts';
import { UploadRefused } from './refused.ts';
import type { Uploads } from './uploads.ts';

export interface HandlerOptions {
  /** Who sent the request, by session or token; undefined refuses it. A ticket is good only for whom it was issued to. */
  userOf(request: IncomingMessage): string | undefined | Promise<string | undefined>;
  /** Told of faults that are not the uploader's, such as a missing permission; default: console.error. */
  readonly onFault?: (fault: unknown) => void;
  /** How long one long poll waits, below what proxies cut off; default: 25. */
  readonly pollSeconds?: number;
  /** How often a stream without news is written to, below what proxies cut off; default: 15. */
  readonly keepAliveSeconds?: number;
}

/** Serves the three requests of protocol.ts; for node:http, and mounted with `use` in Express. */
export type UploadHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const LONGEST_REQUEST_BYTES = 16_384;
const NO_STORE = { 'cache-control': 'no-store' };

export function uploadHandler(uploads: Uploads, options: HandlerOptions): UploadHandler {
  const { userOf, onFault = console.error, pollSeconds = 25, keepAliveSeconds = 15 } = options;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const user = await userOf(request);
    if (user === undefined) throw new UploadRefused('not-signed-in', 'The server does not know you.', 'Sign in.');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const ticket = searchParams.get('ticket') ?? '';
    const isGet = request.method === 'GET';
    if (isGet && pathname.endsWith('/events')) return stream(response, ticket, user);
    if (isGet && pathname.endsWith('/verdict')) return poll(response, ticket, user);
    if (request.method !== 'POST') throw new UploadRefused('not-found', 'There is nothing here.', 'Send a POST.');
    answerJson(response, 201, await uploads.issue(await bodyOf(request), user));
  }

  async function poll(response: ServerResponse, ticket: string, user: string): Promise<void> {
    const verdict = await uploads.wait(
      ticket,
      user,
      AbortSignal.any([gone(response), AbortSignal.timeout(pollSeconds * 1000)]),
    );
    if (verdict === null) response.writeHead(204, NO_STORE).end();
    else answerJson(response, 200, verdict);
  }

  async function stream(response: ServerResponse, ticket: string, user: string): Promise<void> {
    const end = gone(response);
    // A ticket that is not valid is refused before the stream begins.
    const first = await uploads.ask(ticket, user);
    response.writeHead(200, { ...NO_STORE, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    response.flushHeaders();
    const timer = setInterval(() => response.write(': waiting\n\n'), keepAliveSeconds * 1000);
    try {
      const verdict: UploadVerdict | null = first ?? (await uploads.wait(ticket, user, end));
      if (verdict !== null) response.write(`event: verdict\ndata: ${JSON.stringify(verdict)}\n\n`);
    } finally {
      clearInterval(timer);
      response.end();
    }
  }

  return async (request, response) => {
    try {
      await serve(request, response);
    } catch (fault) {
      if (!(fault instanceof UploadRefused)) onFault(fault);
      if (response.headersSent) return void response.end();
      const refused =
        fault instanceof UploadRefused
          ? fault
          : new UploadRefused('server-fault', 'The server could not do this.', 'Try again in a minute.');
      answerJson(response, refused.status, refused);
    }
  };
}

/** Aborts when the connection is closed. */
function gone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  return controller.signal;
}

function answerJson(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { ...NO_STORE, 'content-type': 'application/json' }).end(JSON.stringify(content));
}

/** JSON only: a page of another site could send anything else without asking the server first. */
async function bodyOf(request: IncomingMessage & { readonly body?: unknown }): Promise<never> {
  const invalid = (what: string) =>
    new UploadRefused('invalid-request', `The request ${what}.`, 'Reload the page and try again.');
  if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? '')) throw invalid('is not JSON');
  // A parser that the application has put before, such as express.json(), has read it.
  if (request.body !== undefined) return request.body as never;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > LONGEST_REQUEST_BYTES) throw invalid('is too long');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as never;
  } catch {
    throw invalid('is not JSON');
  }
}
