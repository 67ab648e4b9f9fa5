import type { Calls, InputOf, OutputOf } from '../../server/calls.ts';
import type { OperationName, Operations } from '../../server/operations/table.ts';
import { connected, disconnected } from './connection.ts';

/** A service has refused the call. */
export class ServiceFault extends Error {
  readonly status: number;

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Nobody answers: the pipeline has been stopped. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}

export type Output<S extends keyof Calls, A extends keyof Calls[S]> = OutputOf<Calls[S][A]>;
type Input<S extends keyof Calls, A extends keyof Calls[S]> = InputOf<Calls[S][A]>;
type Answer<T> = { readonly value: T } | { readonly fault: { name: string; message: string; status: number } };

const OWN_HEADER = 'x-airlock-console';

/**
 * Calls a service of the pipeline; server/calls.ts is the table of what there is.
 * @throws ServiceFault Disconnected; AbortError when `signal` aborts
 */
export async function call<S extends keyof Calls, A extends keyof Calls[S] & string>(
  service: S,
  action: A,
  input: Input<S, A>,
  signal?: AbortSignal,
): Promise<Output<S, A>> {
  return resultOf((await post(service, action, input, signal)) as Answer<Output<S, A>>);
}

/** What the console's server does itself: server/operations/table.ts. @throws as `call` */
export async function ask<Name extends OperationName>(
  name: Name,
  input: Operations[Name]['input'],
  signal?: AbortSignal,
): Promise<Operations[Name]['output']> {
  return resultOf((await post('airlock', name, input, signal)) as Answer<Operations[Name]['output']>);
}

/** The same call for many inputs, in one request. Each answer is a value or what the service has refused it with. */
export async function callEach<S extends keyof Calls, A extends keyof Calls[S] & string>(
  service: S,
  action: A,
  inputs: readonly Input<S, A>[],
  signal?: AbortSignal,
): Promise<(Output<S, A> | ServiceFault)[]> {
  if (inputs.length === 0) return [];
  const answers = (await post(service, action, inputs, signal)) as Answer<Output<S, A>>[];
  return answers.map((answer) => ('value' in answer ? answer.value : toFault(answer.fault)));
}

/** Stores a file, which is streamed. @param onProgress gets bytes sent */
export function putObject(
  input: Input<'s3', 'PutObject'>,
  content: Blob,
  { onProgress, signal }: { onProgress?: (loaded: number) => void; signal?: AbortSignal } = {},
): Promise<Output<'s3', 'PutObject'>> {
  // fetch says nothing about the progress of an upload.
  const request = new XMLHttpRequest();
  request.open('PUT', `/services/s3/PutObject?input=${encodeURIComponent(JSON.stringify(input))}`);
  request.setRequestHeader(OWN_HEADER, '1');
  request.upload.addEventListener('progress', ({ loaded }) => onProgress?.(loaded));
  const abort = () => request.abort();
  signal?.addEventListener('abort', abort);
  // One signal is that of thousands of files.
  request.addEventListener('loadend', () => signal?.removeEventListener('abort', abort));
  return new Promise((resolve, reject) => {
    // A file that is gone, or has changed since it was chosen, is no fault of the pipeline.
    request.addEventListener('error', () => canBeRead(content).then(() => reject(lost()), reject));
    request.addEventListener('abort', () => reject(new DOMException('given up', 'AbortError')));
    request.addEventListener('load', () => {
      answerOf(request.status, request.responseText)
        .then((answer) => resolve(resultOf(answer as Answer<Output<'s3', 'PutObject'>>)))
        .catch(reject);
    });
    request.send(content);
  });
}

const canBeRead = (content: Blob) => content.slice(0, 1).arrayBuffer();

async function post(service: string, action: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`/services/${service}/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [OWN_HEADER]: '1' },
      body: JSON.stringify(input),
      ...(signal !== undefined && { signal }),
    });
    return await answerOf(response.status, await response.text());
  } catch (fault) {
    if (fault instanceof TypeError) throw lost();
    throw fault;
  }
}

async function answerOf(status: number, text: string): Promise<unknown> {
  if (status === 502) throw lost();
  connected();
  const answer = JSON.parse(text);
  if (status === 200) return answer;
  throw toFault({ ...answer, status });
}

function lost(): Disconnected {
  disconnected();
  return new Disconnected('The pipeline does not answer.');
}

function resultOf<T>(answer: Answer<T>): T {
  if ('value' in answer) return answer.value;
  throw toFault(answer.fault);
}

const toFault = ({ name, message, status }: { name: string; message: string; status: number }) =>
  new ServiceFault(name, message, status);
