import { Broken } from './broken.ts';

/** How far back deflated data may refer. */
const REACH = 32_768;
const BUFFER = 128 * 1024;

/** What was decoded: as much of it as may be repeated, and what was not handed over. */
export class SlidingWindow {
  readonly #bytes = Buffer.allocUnsafe(BUFFER);
  #length = 0;
  /** Up to here it was handed over. */
  #given = 0;
  #full: Buffer[] = [];

  put(byte: number): void {
    if (this.#length === BUFFER) {
      this.#give();
      this.#bytes.copyWithin(0, BUFFER - REACH);
      this.#length = REACH;
      this.#given = REACH;
    }
    this.#bytes[this.#length++] = byte;
  }

  /** @throws Broken where there is nothing so far back */
  repeat(distance: number, length: number): void {
    if (distance > this.#length) throw new Broken();
    for (let count = 0; count < length; count++) this.put(this.#bytes[this.#length - distance] ?? 0);
  }

  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** Buffers that are full, and were not handed over. */
  takeFull(): Buffer[] {
    return this.#full.splice(0);
  }

  /** All that was not handed over. */
  take(): Buffer[] {
    this.#give();
    return this.takeFull();
  }

  #give(): void {
    if (this.#length > this.#given) this.#full.push(Buffer.from(this.#bytes.subarray(this.#given, this.#length)));
    this.#given = this.#length;
  }
}
