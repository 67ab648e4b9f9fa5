import type { Refusal } from '../protocol.ts';

/** What a refusal cannot say, because the server did not answer or was not asked. */
type Fault =
  /** The application did not answer as a server of upload tickets does. */
  | 'server-unreachable'
  /** S3 did not answer, or its answer may not be read. */
  | 'storage-unreachable'
  /** S3 refused the file. */
  | 'storage-refused'
  /** The file could not be read. */
  | 'file-unreadable'
  /** There is no verdict yet; `ticket` can be asked again. */
  | 'no-verdict';

export interface FailureProps {
  readonly code: Refusal['code'] | Fault;
  readonly message: string;
  readonly remedy: string;
  readonly ticket?: string | undefined;
  readonly cause?: unknown;
}

export class UploadFailed extends Error {
  override readonly name = 'UploadFailed';
  readonly code: FailureProps['code'];
  /** What the owner of the file can do. */
  readonly remedy: string;
  /** Of the file, once S3 has it: `waitForVerdict` takes it. */
  readonly ticket: string | undefined;

  constructor({ code, message, remedy, ticket, cause }: FailureProps) {
    super(message, { cause });
    this.code = code;
    this.remedy = remedy;
    this.ticket = ticket;
  }
}
