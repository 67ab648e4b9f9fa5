import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import pMap from 'p-map';
import type { Call } from './calls.ts';
import { findCall } from './calls.ts';
import { type Clients, clientsOf, type Person, type Pipeline } from './clients.ts';
import { createOperations } from './operations/operations.ts';

/** What became of a call: a fault of the service is an answer too. */
export type Answer = { readonly value: object } | { readonly fault: Fault };
export interface Fault {
  readonly name: string;
  readonly message: string;
  /** HTTP status of the service's answer. */
  readonly status: number;
}

/** The service did not answer at all. */
export class Unreachable extends Error {}
export class BadRequest extends Error {}

/** Bytes of the input of calls. */
const MAX_INPUT_BYTES = 1_000_000;
/** Calls at once of one request. */
const CONCURRENCY = 8;

export interface AskedCall {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborts when nobody waits for the answer any more: a page that has gone on, an upload that was canceled. */
  readonly signal: AbortSignal;
}

export interface Forwarder {
  /**
   * Calls a service, once for each input when there is a list of them.
   * @returns undefined for a call that is not in the table
   * @throws Unreachable BadRequest
   */
  answer(asked: AskedCall): Promise<Answer | Answer[] | undefined>;
  close(): Promise<void>;
}

/** The service that is the console's server itself. */
const OWN_SERVICE = 'airlock';

/** Forwards the calls of the table to the services, each in the name that the table says. */
export function createForwarder(pipeline: Pipeline): Forwarder {
  const clients: Record<Person, Clients> = {
    uploader: clientsOf(pipeline, 'uploader'),
    reader: clientsOf(pipeline, 'reader'),
    operator: clientsOf(pipeline, 'operator'),
  };
  const operations = createOperations(pipeline);
  return {
    async answer({ request, path, query, signal }) {
      const [, , service = '', action = '', more] = path.split('/');
      if (service === OWN_SERVICE && more === undefined) {
        // Runs to its end: what was begun in somebody's name is not left half done.
        const running = operations.run(action, parse(await textOf(request)));
        return running && answerOf(() => running);
      }
      const found = more === undefined ? findCall(service, action) : undefined;
      if (found === undefined) return undefined;
      const client = clients[found.call.as][found.service];
      const send = (input: object) => sendTo(client, found.call, input, signal);
      if (found.call.streams) return send({ ...parse(query.get('input') ?? ''), ...contentOf(request) });
      const input = parse(await textOf(request));
      return Array.isArray(input) ? pMap(input, send, { concurrency: CONCURRENCY, signal }) : send(input);
    },
    async close() {
      await operations.close();
      for (const client of Object.values(clients).flatMap((each) => Object.values(each))) client.destroy();
    },
  };
}

function sendTo(client: Sender, { command }: Call, input: object, abortSignal: AbortSignal): Promise<Answer> {
  return answerOf(async () => {
    const { $metadata, ...value } = await client.send(new command(input), { abortSignal });
    return value;
  });
}

async function answerOf(call: () => Promise<object>): Promise<Answer> {
  try {
    return { value: await call() };
  } catch (fault) {
    const { name, message, $metadata, code } = fault as SdkFault;
    if ($metadata?.httpStatusCode !== undefined) return { fault: { name, message, status: $metadata.httpStatusCode } };
    if (fault instanceof TypeError || name === 'InvalidBucketName') throw new BadRequest(message, { cause: fault });
    // An operation that says what to do instead.
    if (name === 'Error' && code === undefined && $metadata === undefined) {
      return { fault: { name: 'NotPossible', message, status: 400 } };
    }
    throw new Unreachable(message, { cause: fault });
  }
}

interface SdkFault extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** Of the network: `ECONNREFUSED`. */
  readonly code?: string;
}

/** What all clients have in common. */
interface Sender {
  send(command: object, options: { readonly abortSignal: AbortSignal }): Promise<Record<string, unknown>>;
}

function contentOf(request: IncomingMessage): object {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) throw new BadRequest('the length of the content is missing');
  // The SDK reads an empty stream forever on some versions of Node.
  if (length === 0) return { Body: '', ContentLength: 0 };
  return { Body: request, ContentLength: length };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!(length <= MAX_INPUT_BYTES)) throw new BadRequest(`the input has a length, of at most ${MAX_INPUT_BYTES} bytes`);
  return text(request);
}

function parse(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    if (value !== null && typeof value === 'object') return value;
  } catch {}
  throw new BadRequest('the input is a JSON object, or a list of them');
}
