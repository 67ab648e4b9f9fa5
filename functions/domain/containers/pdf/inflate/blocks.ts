import type { BitReader } from './bit-reader.ts';
import { Broken } from './broken.ts';
import type { HuffmanCode } from './huffman-code.ts';
import type { SlidingWindow } from './sliding-window.ts';

/** The data of a block. */
export interface Block {
  /** Decodes the next byte or bytes. @returns false at the end of the block @throws Broken */
  step(bits: BitReader, window: SlidingWindow): boolean;
}

/** Bytes as they are. */
export class StoredBlock implements Block {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  step(bits: BitReader, window: SlidingWindow): boolean {
    if (this.#left === 0) return false;
    window.put(bits.take(8));
    this.#left--;
    return true;
  }
}

const END_OF_BLOCK = 256;
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];

/** Bytes, and distances to bytes that repeat, in codes. @see https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5 */
export class CodedBlock implements Block {
  readonly #literals: HuffmanCode;
  readonly #distances: HuffmanCode;

  constructor(literals: HuffmanCode, distances: HuffmanCode) {
    this.#literals = literals;
    this.#distances = distances;
  }

  step(bits: BitReader, window: SlidingWindow): boolean {
    const symbol = bits.symbol(this.#literals);
    if (symbol < END_OF_BLOCK) window.put(symbol);
    else if (symbol === END_OF_BLOCK) return false;
    else this.#repeat(symbol - END_OF_BLOCK - 1, bits, window);
    return true;
  }

  #repeat(index: number, bits: BitReader, window: SlidingWindow): void {
    const shortest = LENGTHS[index];
    const lengthBits = LENGTH_BITS[index];
    if (shortest === undefined || lengthBits === undefined) throw new Broken();
    const length = shortest + bits.take(lengthBits);
    const symbol = bits.symbol(this.#distances);
    const nearest = DISTANCES[symbol];
    if (nearest === undefined) throw new Broken();
    window.repeat(nearest + bits.take(symbol < 4 ? 0 : (symbol >> 1) - 1), length);
  }
}
