import { StorageUnavailable } from '../../domain/errors.ts';
import type { ObjectReference } from '../../domain/object-reference.ts';
import { NO_HEADERS, type ObjectStore } from '../../domain/ports.ts';

const BLOCK = 64 * 1024;

/** Limits for inspecting one object, whatever the object claims. */
export const READ_LIMITS = { requests: 48, bytes: 8 * 1024 * 1024 } as const;

/**
 * XML is parsed to its end, so that it has an allowance of its own: bytes of the largest that is read, and of one
 * request for it, nine requests at most.
 */
export const XML_READ_LIMITS = { bytes: 32 * 1024 * 1024, range: 4 * 1024 * 1024 } as const;

/** The read limit is reached; never leaves the adapter. */
class ReadLimitReached extends Error {
  override readonly name = 'ReadLimitReached';
}

/** An object's bytes in cached blocks of 64 KiB; adjacent missing blocks are fetched in one request. */
export class ObjectBytes {
  readonly size: number;
  requests = 0;
  bytes = 0;
  /** As they came with the last answer. */
  headers = NO_HEADERS;
  /** The first fault of the store; kept because a parser may mistake it for odd content. */
  fault: unknown;
  readonly #store: Pick<ObjectStore, 'readRange'>;
  readonly #object: ObjectReference;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(store: Pick<ObjectStore, 'readRange'>, object: ObjectReference) {
    this.#store = store;
    this.#object = object;
    this.size = object.size;
  }

  /**
   * `length` bytes from `start`, fewer at the end of the object; a view of what is kept, if they came in one request.
   * @throws ReadLimitReached, and what the store throws
   */
  async read(start: number, length: number): Promise<Uint8Array> {
    const end = Math.min(start + length, this.size);
    if (start >= end) return new Uint8Array(0);
    const first = Math.floor(start / BLOCK);
    const last = Math.floor((end - 1) / BLOCK);
    // A claimed length arrives unchecked: refuse it before an array of that size is allocated.
    if ((last - first) * BLOCK > READ_LIMITS.bytes) throw new ReadLimitReached();
    await this.#fetchMissing(first, last);
    const kept = this.#blocks.get(first)?.subarray(start - first * BLOCK, end - first * BLOCK);
    if (kept?.length === end - start) return kept;
    const result = new Uint8Array(end - start);
    for (let block = first; block <= last; block += 1) {
      const from = Math.max(start, block * BLOCK);
      const until = Math.min(end, (block + 1) * BLOCK);
      const content = this.#blocks.get(block)?.subarray(from - block * BLOCK, until - block * BLOCK);
      result.set(content ?? [], from - start);
    }
    return result;
  }

  /**
   * Fetches all that is missing up to the end in one request. The caller limits the size; later reads cost nothing.
   */
  async readAhead(): Promise<void> {
    let first = 0;
    while (this.#blocks.has(first)) first += 1;
    const last = Math.floor((this.size - 1) / BLOCK);
    if (first > last) return;
    this.requests += 1;
    this.#keep(first, last, await this.#request(first * BLOCK, this.size - first * BLOCK));
  }

  /** `length` bytes from `start`, for a reader that goes through the object once: neither kept nor limited. */
  async readOnce(start: number, length: number): Promise<Uint8Array> {
    const end = Math.min(start + length, this.size);
    const here = this.#has(Math.floor(start / BLOCK), Math.floor((end - 1) / BLOCK));
    return here ? this.read(start, end - start) : this.#request(start, end - start);
  }

  async #fetchMissing(first: number, last: number): Promise<void> {
    for (let from = first; from <= last; from += 1) {
      if (this.#blocks.has(from)) continue;
      let until = from;
      while (until < last && !this.#blocks.has(until + 1)) until += 1;
      await this.#fetch(from, until);
      from = until;
    }
  }

  async #fetch(first: number, last: number): Promise<void> {
    const start = first * BLOCK;
    const length = Math.min((last + 1) * BLOCK, this.size) - start;
    if (this.requests >= READ_LIMITS.requests || this.bytes + length > READ_LIMITS.bytes) throw new ReadLimitReached();
    this.requests += 1;
    this.bytes += length;
    this.#keep(first, last, await this.#request(start, length));
  }

  #keep(first: number, last: number, content: Uint8Array): void {
    for (let block = first; block <= last; block += 1) {
      this.#blocks.set(block, content.subarray((block - first) * BLOCK));
    }
  }

  #has(first: number, last: number): boolean {
    for (let block = first; block <= last; block += 1) if (!this.#blocks.has(block)) return false;
    return true;
  }

  async #request(start: number, length: number): Promise<Uint8Array> {
    try {
      const content = await this.#store.readRange(this.#object, start, start + length - 1, (headers) => {
        this.headers = headers;
      });
      if (content.length !== length) throw new StorageUnavailable(`got ${content.length} of ${length} bytes`);
      return content;
    } catch (fault) {
      this.fault ??= fault;
      throw fault;
    }
  }
}
