import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of one attempt. */
export type Attempt = 'delivered' | 'again' | 'refused';

/** https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html */
const TIMEOUT_MILLISECONDS = 15_000;
const UNAUTHORIZED = 401;
const TOO_MANY_REQUESTS = 429;

/**
 * Posts to a subscriber. The user and the password of the URL are sent to whoever asks for them with a 401.
 * @param end aborts it
 */
export async function post(message: Post, end: AbortSignal): Promise<Attempt> {
  const url = new URL(message.url);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const first = await statusOf(url, message, {}, end);
  if (first !== UNAUTHORIZED || username === '') return attemptOf(first);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return attemptOf(await statusOf(url, message, { authorization }, end));
}

/**
 * What a client did wrong, it would do wrong again; nobody follows a redirection.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
function attemptOf(status: number | undefined): Attempt {
  if (status === undefined || status < 200 || status >= 500 || status === TOO_MANY_REQUESTS) return 'again';
  return status < 300 ? 'delivered' : 'refused';
}

/** Undefined when there was no answer. */
function statusOf(url: URL, { headers, body }: Post, more: object, end: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const signal = AbortSignal.any([end, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]);
    // Its own connection: a pool would outlive the service.
    const outgoing = request(url, { method: 'POST', headers: { ...headers, ...more }, agent: false, signal });
    outgoing.on('error', () => resolve(undefined));
    outgoing.on('response', (response) => {
      response.resume().on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode));
    });
    outgoing.end(body);
  });
}
