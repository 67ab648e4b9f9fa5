import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import MessageValidator from 'sns-validator';
import { type Listening, listenOnLoopback } from '../../emulator/http/loopback.ts';

/** A message of SNS as a subscriber gets it. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the body says, if it is JSON. */
  readonly content: Readonly<Record<string, string>>;
}

export interface Subscriber extends Listening {
  readonly received: readonly Received[];
  /** Status of the next answers, the last one for all that follow; at first 200. */
  answers: number[];
  /** Resolves once so many have come. */
  count(messages: number): Promise<void>;
}

/** The web hook of an application. */
export async function startSubscriber(): Promise<Subscriber> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    received.push({ headers: request.headers, body, content: contentOf(body) });
    const [status = 200] = subscriber.answers;
    if (subscriber.answers.length > 1) subscriber.answers.shift();
    response.writeHead(status).end();
    for (const check of waiting) check();
  });
  const subscriber: Subscriber = {
    ...(await listenOnLoopback(server)),
    received,
    answers: [],
    count: (messages) =>
      new Promise((resolve) => {
        const check = () => {
          if (received.length < messages) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
  return subscriber;
}

function contentOf(body: string): Received['content'] {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

/** What the library `sns-validator`, told only which host to trust, says about a message. */
export function verify(content: object, host = /^127\.0\.0\.1:\d+$/): Promise<unknown> {
  const validator = new MessageValidator(host);
  return new Promise((resolve, reject) => {
    validator.validate({ ...content }, (fault, message) => (fault ? reject(fault) : resolve(message)));
  });
}
