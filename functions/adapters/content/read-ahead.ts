import type { Source } from './allocation-table.ts';
import type { ObjectBytes } from './object-bytes.ts';

const KIB = 1024;
/** Read whole, if need be, it stays within READ_LIMITS. */
const SMALL_FILE_BYTES = 6 * 1024 * KIB;

/** A table's sectors lie scattered among the data: larger reads make fewer requests. */
export class ReadAhead implements Source {
  /** Bytes. */
  readonly #window: number;
  readonly #bytes: ObjectBytes;
  readonly #read = new Set<number>();

  constructor(bytes: ObjectBytes) {
    this.#bytes = bytes;
    this.#window = bytes.size <= SMALL_FILE_BYTES ? 1024 * KIB : 256 * KIB;
  }

  async read(start: number, length: number): Promise<Uint8Array> {
    for (let window = Math.floor(start / this.#window); window * this.#window < start + length; window += 1) {
      if (this.#read.has(window)) continue;
      this.#read.add(window);
      await this.#bytes.read(window * this.#window, this.#window);
    }
    return this.#bytes.read(start, length);
  }
}
