import type { Execution } from '../../emulator/step-functions/execution.ts';

/** What identifies an upload: the key's exact content. */
export interface UploadIdentity {
  readonly bucket: string;
  readonly key: string;
  /** undefined on buckets without versioning. */
  readonly versionId: string | undefined;
  /** Without quotes. */
  readonly etag: string;
}

interface UploadInput {
  readonly detail?: {
    readonly bucket?: { readonly name?: string };
    readonly object?: { readonly key?: string; readonly etag?: string; readonly 'version-id'?: string };
  };
}

/**
 * Finds the execution that an upload started. The local S3 server delivers events before it answers, so when an
 * upload returns, its execution has started or never will.
 */
export class StartedExecutions {
  readonly #started = new Map<string, Execution>();

  /** For the pipeline's `onExecution`. */
  readonly onExecution = (execution: Execution): void => {
    const { bucket, object } = (execution.input as UploadInput | null)?.detail ?? {};
    const { key = '', etag = '', 'version-id': versionId } = object ?? {};
    this.#started.set(nameOf({ bucket: bucket?.name ?? '', key, versionId, etag }), execution);
  };

  /** The latest execution of this upload; call once. undefined when no rule of the stack matches it. */
  take(upload: UploadIdentity): Execution | undefined {
    const name = nameOf(upload);
    const execution = this.#started.get(name);
    this.#started.delete(name);
    return execution;
  }
}

function nameOf({ bucket, key, versionId, etag }: UploadIdentity): string {
  return JSON.stringify([bucket, key, versionId ?? etag]);
}
