import { createHash } from 'node:crypto';
import type { DeployedStart } from '../deployed-start.ts';

export const KINDS = ['execution', 'message', 'object'] as const;

/** Something that was to happen and did not. */
export interface Failure {
  /** The same each time it is listed. */
  readonly id: string;
  /** An execution, a message in a dead-letter queue, or an object of a rescan that went on without it. */
  readonly kind: (typeof KINDS)[number];
  /** ISO 8601: when the execution or the rescan was started, or the message was sent. */
  readonly when: string;
  /** null where it is not about a bucket. */
  readonly bucket: string | null;
  /** null where it is about a whole bucket. */
  readonly key: string | null;
  readonly versionId: string | null;
  readonly cause: string;
  /** What `redrive` would do about it. */
  readonly redrive: string;
  /** ARN of the execution, or of the rescan's. */
  readonly execution: string | null;
}

/** A failure, and how to start again what it is about. */
export interface Redrivable {
  readonly failure: Failure;
  /**
   * What to start, derived from what is deployed and what S3 has now; undefined when there is nothing any more.
   * @throws MessageError when there is nothing that may be started, and what the SDK throws
   */
  start(): Promise<DeployedStart | undefined>;
  /** Call once it is started, or gone. */
  done?(): Promise<void>;
}

/** Short enough to type, long enough for a million of them. */
const ID_CHARACTERS = 12;

export function idOf(...identity: readonly (string | undefined)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(identity.map((part) => part ?? null)));
  return hash.digest('hex').slice(0, ID_CHARACTERS);
}

/** Error and cause; a Task's cause is JSON with a stack trace, of which the message is enough. */
export function causeOf(error: string | undefined, cause: string | undefined): string {
  return [error, messageIn(cause)].filter(Boolean).join(': ') || 'not known';
}

function messageIn(cause: string | undefined): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause ?? '') as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
