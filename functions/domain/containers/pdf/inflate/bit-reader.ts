import { Broken } from './broken.ts';
import type { HuffmanCode } from './huffman-code.ts';

/** Bits of input that comes in pieces, the lowest of each byte first. */
export class BitReader {
  #input: Buffer = Buffer.alloc(0);
  #position = 0;
  /** Bytes of input before `#input`. */
  #before = 0;
  #bits = 0;
  #held = 0;

  append(bytes: Buffer): void {
    this.#before += this.#position;
    this.#input = Buffer.concat([this.#input.subarray(this.#position), bytes]);
    this.#position = 0;
  }

  /** Bytes that have come and are not looked at yet. */
  get ahead(): number {
    return this.#input.length - this.#position;
  }

  /** Bytes of which at least one bit was taken. */
  get used(): number {
    return this.#before + this.#position - (this.#held >> 3);
  }

  /** The next bits, at most 16, which stay; zeros where the input ends before. */
  peek(count: number): number {
    while (this.#held < count && this.#position < this.#input.length) {
      this.#bits |= (this.#input[this.#position++] ?? 0) << this.#held;
      this.#held += 8;
    }
    return this.#bits & ((1 << count) - 1);
  }

  /** The next bits, at most 16. @throws Broken where the input ends before */
  take(count: number): number {
    const value = this.peek(count);
    this.#drop(count);
    return value;
  }

  /** The next symbol. @throws Broken where no code begins so, or the input ends before */
  symbol(code: HuffmanCode): number {
    const entry = code[this.peek(15) & (code.length - 1)] ?? 0;
    if (entry === 0) throw new Broken();
    this.#drop(entry & 15);
    return entry >> 4;
  }

  /** Drops the rest of a byte of which some bits were taken. */
  align(): void {
    this.#drop(this.#held & 7);
  }

  #drop(count: number): void {
    if (count > this.#held) throw new Broken();
    this.#bits >>>= count;
    this.#held -= count;
  }
}
