/*
 * What the browser and the server say to each other. Types only: the browser's part carries no code of the server's.
 *
 *   POST {mount}                        TicketRequest -> 201 Ticket
 *   GET  {mount}/events?ticket=…        server-sent events: one event `verdict` with an UploadVerdict
 *   GET  {mount}/verdict?ticket=…       long poll: 200 UploadVerdict, or 204 when there is none yet
 *
 * Every refusal is a Refusal in JSON.
 */

/** A file that somebody wants to upload. */
export interface TicketRequest {
  readonly name: string;
  /** Bytes; S3 refuses any other number. */
  readonly size: number;
  /** Media type as the browser knows it; empty when it does not. */
  readonly type: string;
  /** SHA-256 of the content in base64, where the server asks for it. */
  readonly sha256?: string;
}

export interface Ticket {
  /** Names the upload to the server; signed, and good only for the user who asked. */
  readonly ticket: string;
  /** Presigned: takes exactly one PUT of exactly this file. */
  readonly url: string;
  /** To be sent with the PUT as they are: the signature covers them. */
  readonly headers: Readonly<Record<string, string>>;
  /** ISO 8601 instant after which S3 refuses the PUT. */
  readonly expires: string;
}

export interface UploadVerdict {
  /** Only CLEAN can be downloaded. */
  readonly status: 'CLEAN' | 'INFECTED' | 'REJECTED' | 'UNSCANNABLE' | 'ERROR';
  /** The signature, or the reason, in the pipeline's words. */
  readonly finding: string | null;
  /** What the finding means, for people; null when there is nothing to explain. */
  readonly meaning: string | null;
  /** What the owner of the file can do; null likewise. */
  readonly remedy: string | null;
  /** Null unless CLEAN. */
  readonly download: Download | null;
}

export interface Download {
  /** Presigned, of exactly the version that was scanned. */
  readonly url: string;
  /** ISO 8601 */
  readonly expires: string;
}

export const REFUSALS = [
  'invalid-request',
  'not-signed-in',
  'ticket-invalid',
  'ticket-expired',
  'too-large',
  'type-not-allowed',
  'checksum-missing',
  'not-found',
  'server-fault',
] as const;

export interface Refusal {
  readonly code: (typeof REFUSALS)[number];
  readonly message: string;
  /** What the owner of the file can do. */
  readonly remedy: string;
}
