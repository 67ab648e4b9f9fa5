import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** The headers that SDKs use. */
const ANSWERED = ['content-type', 'x-amzn-query-error'];

/**
 * Forwards a POST to the service behind a gateway and returns its answer. Uses a separate connection: a pool would
 * outlive the gateway.
 * @param edit of the answer's body
 */
export async function forward(
  target: string,
  { headers, url }: IncomingMessage,
  body: string,
  response: ServerResponse,
  edit: (content: string) => string = (content) => content,
): Promise<void> {
  const outgoing = httpRequest(new URL(url ?? '/', target), { method: 'POST', headers, agent: false });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.end(body);
  const [answer] = await answered;
  // Reads the whole answer first, so that a broken one can still become an error.
  const content = await text(answer);
  for (const name of ANSWERED) {
    const value = answer.headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(answer.statusCode ?? 502).end(edit(content));
}
