import type { Refusal } from './protocol.ts';

/** HTTP statuses of the refusals. */
const STATUSES: Readonly<Record<Refusal['code'], number>> = {
  'invalid-request': 400,
  'checksum-missing': 400,
  'not-signed-in': 401,
  'ticket-invalid': 403,
  'not-found': 404,
  'ticket-expired': 410,
  'too-large': 413,
  'type-not-allowed': 415,
  'server-fault': 500,
};

/** The uploader asked for something that is not given. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';
  readonly code: Refusal['code'];
  readonly remedy: string;

  constructor(code: Refusal['code'], message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }

  get status(): number {
    return STATUSES[this.code];
  }

  toJSON(): Refusal {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}
