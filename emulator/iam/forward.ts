import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What SDKs look at beside the body. */
const ANSWERED = ['content-type', 'x-amzn-query-error'];

/**
 * Hands a POST on to the service behind a gateway, and its answer back. On a connection of its own: a pool would
 * outlive the gateway.
 */
export async function forward(
  target: string,
  { headers, url }: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const outgoing = httpRequest(new URL(url ?? '/', target), { method: 'POST', headers, agent: false });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.end(body);
  const [answer] = await answered;
  // Whole before any of it is handed back: what breaks off can still be refused.
  const content = await text(answer);
  for (const name of ANSWERED) {
    const value = answer.headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(answer.statusCode ?? 502).end(content);
}
