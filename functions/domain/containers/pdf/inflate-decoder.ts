import type { Decoder } from './decoder.ts';
import { BitReader } from './inflate/bit-reader.ts';
import { readBlockHeader } from './inflate/block-header.ts';
import type { Block } from './inflate/blocks.ts';
import { Broken } from './inflate/broken.ts';
import { SlidingWindow } from './inflate/sliding-window.ts';

/** More bytes than the header of a block, or a symbol, takes. */
const LOOK_AHEAD = 1024;
const CHECKSUM_BYTES = 4;

/**
 * FlateDecode that keeps every byte up to where the data are broken or cut off, as viewers show it: zlib withholds the
 * last block that it could not finish. Slower than zlib, so for what zlib refuses, or what is too large for one call.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1951
 */
export class InflateDecoder implements Decoder {
  readonly #bits = new BitReader();
  readonly #window = new SlidingWindow();
  #begun = false;
  #trailer = 0;
  #last = false;
  #block: Block | null = null;
  consumed: number | null = null;

  *push(bytes: Buffer): Iterable<Buffer> {
    this.#bits.append(bytes);
    yield* this.#run(LOOK_AHEAD);
  }

  *end(): Iterable<Buffer> {
    yield* this.#run(0);
  }

  *#run(lookAhead: number): Iterable<Buffer> {
    while (this.consumed === null && this.#bits.ahead >= lookAhead) {
      try {
        this.#step();
      } catch (fault) {
        if (!(fault instanceof Broken)) throw fault;
        this.consumed = Number.POSITIVE_INFINITY;
      }
      if (this.#window.hasFull) yield* this.#window.takeFull();
    }
    yield* this.#window.take();
  }

  #step(): void {
    if (!this.#begun) this.#readHeader();
    if (this.#block === null) this.#nextBlock();
    else if (!this.#block.step(this.#bits, this.#window)) this.#block = null;
  }

  #nextBlock(): void {
    if (this.#last) this.consumed = this.#bits.used + this.#trailer;
    else {
      this.#last = this.#bits.take(1) === 1;
      this.#block = readBlockHeader(this.#bits);
    }
  }

  /** zlib's, and its checksum at the end; some writers leave both out. @see https://www.rfc-editor.org/rfc/rfc1950 */
  #readHeader(): void {
    this.#begun = true;
    const head = this.#bits.peek(16);
    const [method, flags] = [head & 0xff, head >> 8];
    if (method % 16 !== 8 || (method * 256 + flags) % 31 !== 0) return;
    // Nobody has the dictionary that it would take.
    if (flags & 0x20) throw new Broken();
    this.#bits.take(16);
    this.#trailer = CHECKSUM_BYTES;
  }
}
