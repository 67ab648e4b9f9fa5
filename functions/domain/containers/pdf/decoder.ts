/** Decodes a stream piece by piece. What it gives back for a piece is bounded by a factor of the piece's length. */
export interface Decoder {
  /** The end is not reached; more may come. */
  push(bytes: Buffer): Iterable<Buffer>;
  /** No more comes. */
  end(): Iterable<Buffer>;
  /** How many bytes were taken in up to the end of the data: null while it is not reached, infinite if it never will. */
  readonly consumed: number | null;
}

/** Collects single bytes. */
export class ByteCollector {
  #chunks: Buffer[] = [];
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  add(byte: number): void {
    if (this.#length === this.#bytes.length) {
      this.#chunks.push(this.#bytes);
      this.#bytes = Buffer.allocUnsafe(65_536);
      this.#length = 0;
    }
    this.#bytes[this.#length++] = byte;
  }

  take(): Buffer[] {
    const taken = [...this.#chunks, this.#bytes.subarray(0, this.#length)];
    this.#chunks = [];
    this.#bytes = this.#bytes.subarray(this.#length);
    this.#length = 0;
    return taken;
  }
}

/** A decoder that takes in byte after byte, until its data ends or is broken. */
export abstract class ByteDecoder implements Decoder {
  protected readonly out = new ByteCollector();
  #position = 0;
  #consumed: number | null = null;

  get consumed(): number | null {
    return this.#consumed;
  }

  /** False when the data end with this byte. */
  protected abstract take(byte: number): boolean;
  /** The data end without saying so. */
  protected finish(): void {}

  push(bytes: Buffer): Buffer[] {
    for (let at = 0; at < bytes.length && this.#consumed === null; at++) {
      this.#position++;
      if (!this.take(bytes[at] ?? 0)) this.#consumed = this.#position;
    }
    return this.out.take();
  }

  end(): Buffer[] {
    if (this.#consumed === null) this.finish();
    return this.out.take();
  }
}
