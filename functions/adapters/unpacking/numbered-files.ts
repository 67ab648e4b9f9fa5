import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface ReaderLimits {
  /** Of everything that is written. */
  readonly bytes: number;
  readonly files: number;
}

/** Thrown through the reader, which is not asked whether it agrees. */
export class OverReaderLimit extends Error {
  readonly limit: 'files' | 'size';
  constructor(limit: 'files' | 'size') {
    super(limit);
    this.limit = limit;
  }
}

/** Files `1`, `2`, … in a folder, for a reader that is not trusted: within limits, and no fault is forgotten. */
export class NumberedFiles {
  readonly #folder: string;
  readonly #limits: ReaderLimits;
  readonly #open = new Set<number>();
  #files = 0;
  #bytes = 0;
  #fault: Error | undefined;

  constructor(folder: string, limits: ReaderLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  get written(): { readonly files: number; readonly bytes: number } {
    return { files: this.#files, bytes: this.#bytes };
  }

  /** Why the reader did not get what it asked for, whether or not it cares. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** @returns a descriptor @throws OverReaderLimit, and what the disk says */
  create(): number {
    this.#files += 1;
    if (this.#files > this.#limits.files) this.refuse('files');
    const descriptor = this.#remembering(() => openSync(join(this.#folder, String(this.#files)), 'wx', 0o600));
    this.#open.add(descriptor);
    return descriptor;
  }

  /** @param growth by how many bytes the file gets longer @throws OverReaderLimit, and what the disk says */
  write(descriptor: number, bytes: Uint8Array, position: number, growth: number): void {
    this.#bytes += growth;
    if (this.#bytes > this.#limits.bytes) this.refuse('size');
    this.#remembering(() => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
      }
    });
  }

  close(descriptor: number): void {
    closeSync(descriptor);
    this.#open.delete(descriptor);
  }

  closeAll(): void {
    for (const descriptor of this.#open) this.close(descriptor);
  }

  refuse(limit: 'files' | 'size'): never {
    return this.#remembering(() => {
      throw new OverReaderLimit(limit);
    });
  }

  #remembering<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.#fault ??= error as Error;
      throw error;
    }
  }
}
