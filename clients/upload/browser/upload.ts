import type { Ticket, TicketRequest, UploadVerdict } from '../protocol.ts';
import { askServer } from './ask-server.ts';
import { put } from './put.ts';
import { UploadFailed } from './upload-failed.ts';
import { type WaitOptions, waitForVerdict } from './wait-for-verdict.ts';

export interface UploadOptions extends WaitOptions {
  /** Set it where the server was created with `checksum: 'sha256'`; reads the whole file into memory. */
  readonly checksum?: 'none' | 'sha256';
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: 'preparing' | 'uploading' | 'scanning';
  /** Bytes that were sent. */
  readonly loaded: number;
  /** Bytes of the file. */
  readonly total: number;
}

/**
 * Uploads a file and waits for what the scan makes of it. A refused file is a verdict, not an error.
 * @throws UploadFailed with what the owner of the file can do, and what the signal was aborted with
 */
export async function upload(file: File, options: UploadOptions): Promise<UploadVerdict> {
  const { ticketUrl, checksum = 'none', onProgress = () => {}, signal = new AbortController().signal } = options;
  const report = (phase: Progress['phase'], loaded: number) => onProgress({ phase, loaded, total: file.size });
  report('preparing', 0);
  const { name, size, type } = file;
  const sha256 = checksum === 'sha256' ? await sha256Of(file) : undefined;
  const request: TicketRequest = { name, size, type, ...(sha256 !== undefined && { sha256 }) };
  const answer = await askServer(ticketUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal,
  });
  const ticket = (await answer.json()) as Ticket;
  report('uploading', 0);
  await put(file, ticket, (loaded) => report('uploading', loaded), signal);
  report('scanning', size);
  return waitForVerdict(ticket.ticket, options);
}

/** Undefined where the browser cannot: on pages that are not https. */
async function sha256Of(file: Blob): Promise<string | undefined> {
  // Types claim that it is always there.
  if ((crypto as Partial<Crypto>).subtle === undefined) return undefined;
  const bytes = await file.arrayBuffer().catch((cause) => {
    throw new UploadFailed({
      code: 'file-unreadable',
      message: 'The file cannot be read.',
      remedy: 'Choose the file again.',
      cause,
    });
  });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...digest));
}
