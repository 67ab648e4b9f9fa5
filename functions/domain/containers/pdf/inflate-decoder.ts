import type { Decoder } from './decoder.ts';

const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** More than any header of a block, or any symbol, takes. */
const LOOK_AHEAD = 1024;
const WINDOW = 32_768;
const BUFFER = 128 * 1024;

/** For the next bits, the lowest first, as many as the longest code has: the symbol, times 16, plus how long its code is. */
type Code = Uint16Array;

type Block = { readonly literals: Code; readonly distances: Code } | { readonly stored: number };

class Broken extends Error {}

/**
 * FlateDecode that keeps every byte up to where the data are broken or cut off, as viewers show it: zlib withholds the
 * last block that it could not finish. Slower than zlib, so for what zlib refuses, or what is too large for one call.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1951
 */
export class InflateDecoder implements Decoder {
  #input: Buffer = Buffer.alloc(0);
  #position = 0;
  /** Bytes of input before `#input`. */
  #before = 0;
  #bits = 0;
  #held = 0;
  #out = Buffer.allocUnsafe(BUFFER);
  #length = 0;
  /** Up to here the output was handed over. */
  #given = 0;
  #header: boolean;
  #last = false;
  #block: Block | null = null;
  #chunks: Buffer[] = [];
  consumed: number | null = null;

  /** @param header whether zlib's two bytes come first, and its checksum last */
  constructor(header: boolean) {
    this.#header = header;
    this.#trailer = header ? 4 : 0;
  }

  readonly #trailer: number;

  *push(bytes: Buffer): Iterable<Buffer> {
    this.#before += this.#position;
    this.#input = Buffer.concat([this.#input.subarray(this.#position), bytes]);
    this.#position = 0;
    yield* this.#run(false);
  }

  *end(): Iterable<Buffer> {
    yield* this.#run(true);
  }

  *#run(final: boolean): Iterable<Buffer> {
    while (this.consumed === null && (final || this.#input.length - this.#position >= LOOK_AHEAD)) {
      try {
        this.#step();
      } catch (fault) {
        if (!(fault instanceof Broken)) throw fault;
        this.consumed = this.#before + this.#input.length;
      }
      if (this.#chunks.length > 0) yield* this.#chunks.splice(0);
    }
    this.#give();
    yield* this.#chunks.splice(0);
  }

  #step(): void {
    if (this.#header) {
      const head = this.#take(8) * 256 + this.#take(8);
      if (((head >> 8) & 15) !== 8 || head % 31 !== 0 || head & 0x20) throw new Broken();
      this.#header = false;
    }
    if (this.#block === null) {
      if (this.#last) {
        this.#finish();
        return;
      }
      this.#last = this.#take(1) === 1;
      this.#block = this.#readBlock(this.#take(2));
    }
    if ('stored' in this.#block) this.#copyStored(this.#block);
    else if (!this.#symbols(this.#block.literals, this.#block.distances)) return;
    this.#block = null;
  }

  #finish(): void {
    this.consumed = this.#before + this.#position - (this.#held >> 3) + this.#trailer;
  }

  #take(count: number): number {
    while (this.#held < count) {
      if (this.#position >= this.#input.length) throw new Broken();
      this.#bits |= (this.#input[this.#position++] ?? 0) << this.#held;
      this.#held += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#held -= count;
    return value;
  }

  #readBlock(type: number): Block {
    if (type === 1) return FIXED;
    if (type === 2) return this.#dynamic();
    if (type === 3) throw new Broken();
    this.#take(this.#held & 7);
    const stored = this.#take(16);
    if (this.#take(16) !== (stored ^ 0xffff)) throw new Broken();
    return { stored };
  }

  #copyStored({ stored }: { stored: number }): void {
    for (let left = stored; left > 0; left--) this.#put(this.#take(8));
  }

  #dynamic(): Block {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const codes = this.#take(4) + 4;
    if (literals > 286 || distances > 30) throw new Broken();
    const lengths = new Uint8Array(320);
    for (let index = 0; index < codes; index++) lengths[ORDER[index] ?? 0] = this.#take(3);
    const code = codeOf(lengths.subarray(0, 19));
    lengths.fill(0);
    for (let index = 0; index < literals + distances; ) {
      const symbol = this.#symbol(code);
      if (symbol < 16) {
        lengths[index++] = symbol;
        continue;
      }
      if (symbol === 16 && index === 0) throw new Broken();
      const value = symbol === 16 ? (lengths[index - 1] ?? 0) : 0;
      const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (index + times > literals + distances) throw new Broken();
      lengths.fill(value, index, index + times);
      index += times;
    }
    return {
      literals: codeOf(lengths.subarray(0, literals)),
      distances: codeOf(lengths.subarray(literals, literals + distances)),
    };
  }

  #symbol(code: Code): number {
    while (this.#held < 15 && this.#position < this.#input.length) {
      this.#bits |= (this.#input[this.#position++] ?? 0) << this.#held;
      this.#held += 8;
    }
    const entry = code[this.#bits & (code.length - 1)] ?? 0;
    const length = entry & 15;
    if (length === 0 || length > this.#held) throw new Broken();
    this.#bits >>>= length;
    this.#held -= length;
    return entry >> 4;
  }

  /** Symbols up to the block's end, or to where more input may be needed: then false. */
  #symbols(literals: Code, distances: Code): boolean {
    for (let count = 0; count < 4096; count++) {
      if (count > 0 && this.#input.length - this.#position < LOOK_AHEAD) return false;
      const symbol = this.#symbol(literals);
      if (symbol === 256) return true;
      if (symbol < 256) this.#put(symbol);
      else this.#repeat(symbol - 257, distances);
    }
    return false;
  }

  #repeat(index: number, distances: Code): void {
    const base = LENGTHS[index];
    if (base === undefined) throw new Broken();
    const length = base + this.#take(LENGTH_BITS[index] ?? 0);
    const symbol = this.#symbol(distances);
    const from = DISTANCES[symbol];
    if (from === undefined) throw new Broken();
    const distance = from + this.#take(symbol < 4 ? 0 : (symbol >> 1) - 1);
    if (distance > this.#length) throw new Broken();
    for (let count = 0; count < length; count++) this.#put(this.#out[this.#length - distance] ?? 0);
  }

  #put(byte: number): void {
    if (this.#length === BUFFER) {
      this.#give();
      this.#out.copyWithin(0, BUFFER - WINDOW);
      this.#length = WINDOW;
      this.#given = WINDOW;
    }
    this.#out[this.#length++] = byte;
  }

  #give(): void {
    if (this.#length > this.#given) this.#chunks.push(Buffer.from(this.#out.subarray(this.#given, this.#length)));
    this.#given = this.#length;
  }
}

function codeOf(lengths: Uint8Array): Code {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  const table = new Uint16Array(1 << longest);
  let code = 0;
  for (let length = 1; length <= longest; length++, code <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (code >= 1 << length) throw new Broken();
      for (let at = reversed(code, length); at < table.length; at += 1 << length) table[at] = symbol * 16 + length;
      code++;
    }
  }
  return table;
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

const FIXED = {
  literals: codeOf(
    Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
  ),
  distances: codeOf(new Uint8Array(30).fill(5)),
};
