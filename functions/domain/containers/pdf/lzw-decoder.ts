import { ByteDecoder } from './decoder.ts';

const CLEAR = 256;
const END = 257;
const MAX_CODES = 4096;

/** LZWDecode: codes of 9 to 12 bits, the highest bit first. */
export class LzwDecoder extends ByteDecoder {
  /** How many codes before it must codes get longer: 1 by default, 0 in TIFF's manner. */
  readonly #early: number;
  /** Of each code: the code before its last byte, that byte, and how long it is. */
  readonly #prefix = new Uint16Array(MAX_CODES);
  readonly #suffix = Uint8Array.from({ length: MAX_CODES }, (_, code) => code);
  readonly #length = new Uint16Array(MAX_CODES).fill(1);
  readonly #word = new Uint8Array(MAX_CODES + 1);
  #next = 258;
  #previous: number | null = null;
  #bits = 0;
  #held = 0;

  constructor(earlyChange: number) {
    super();
    this.#early = earlyChange;
  }

  protected override take(byte: number): boolean {
    this.#bits = (this.#bits << 8) | byte;
    this.#held += 8;
    const width = this.#width();
    if (this.#held < width) return true;
    this.#held -= width;
    const code = this.#bits >>> this.#held;
    this.#bits &= (1 << this.#held) - 1;
    return this.#code(code);
  }

  #width(): number {
    const next = this.#next + this.#early;
    return next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
  }

  #code(code: number): boolean {
    if (code === END) return false;
    if (code === CLEAR) {
      this.#next = 258;
      this.#previous = null;
      return true;
    }
    const previous = this.#previous;
    const known = previous === null ? this.#next : this.#next + 1;
    // Broken from here on.
    if (code >= known) return false;
    // Once there are as many as can be, nothing keeps what is set here.
    if (previous !== null) {
      this.#prefix[this.#next] = previous;
      this.#length[this.#next] = (this.#length[previous] ?? 0) + 1;
      this.#suffix[this.#next] = this.#firstByte(code === this.#next ? previous : code);
      this.#next++;
    }
    this.#emit(code);
    this.#previous = code;
    return true;
  }

  #firstByte(code: number): number {
    let at = code;
    while ((this.#length[at] ?? 1) > 1) at = this.#prefix[at] ?? 0;
    return this.#suffix[at] ?? 0;
  }

  #emit(code: number): void {
    const length = this.#length[code] ?? 0;
    let at = code;
    for (let index = length - 1; index >= 0; index--) {
      this.#word[index] = this.#suffix[at] ?? 0;
      at = this.#prefix[at] ?? 0;
    }
    for (let index = 0; index < length; index++) this.out.add(this.#word[index] ?? 0);
  }
}
