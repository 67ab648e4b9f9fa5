import type { Refusal } from '../protocol.ts';
import { UploadFailed } from './upload-failed.ts';

/** Asks the application's server. @throws UploadFailed, and what the signal was aborted with */
export async function askServer(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init });
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw unreachable('The server did not answer.', cause);
  }
  if (response.ok) return response;
  const refusal = (await response.json().catch(() => undefined)) as Refusal | undefined;
  if (typeof refusal?.code !== 'string') throw unreachable(`The server answered ${response.status}.`);
  throw new UploadFailed(refusal);
}

const unreachable = (message: string, cause?: unknown) =>
  new UploadFailed({ code: 'server-unreachable', message, remedy: 'Check your connection and try again.', cause });
