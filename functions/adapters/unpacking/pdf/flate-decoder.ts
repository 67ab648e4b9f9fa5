import { inflateSync } from 'node:zlib';
import type { Decoder } from '../../../domain/containers/pdf/decoder.ts';
import { InflateDecoder } from '../../../domain/containers/pdf/inflate-decoder.ts';

const IN_ONE_CALL = { input: 8 * 1024 * 1024, output: 32 * 1024 * 1024 } as const;
const PIECE = 16 * 1024;

/** FlateDecode: by zlib where it takes everything at once, by hand where it is large or broken. */
export class FlateDecoder implements Decoder {
  #held: Buffer[] = [];
  #heldBytes = 0;
  #byHand: InflateDecoder | null = null;
  #consumed: number | null = null;

  get consumed(): number | null {
    return this.#byHand === null ? this.#consumed : this.#byHand.consumed;
  }

  /** Whether the data are all there, as their checksum says. */
  get intact(): boolean {
    return this.#byHand === null && this.#consumed !== null;
  }

  *push(bytes: Buffer): Iterable<Buffer> {
    if (this.#byHand !== null) return yield* this.#byHand.push(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > IN_ONE_CALL.input) yield* this.#continueByHand();
  }

  *end(): Iterable<Buffer> {
    if (this.#byHand === null) {
      const all = Buffer.concat(this.#held);
      const whole = inflateAtOnce(all);
      if (whole !== null) {
        this.#consumed = whole.consumed;
        yield whole.content;
        return;
      }
      yield* this.#continueByHand();
    }
    yield* this.#byHand?.end() ?? [];
  }

  *#continueByHand(): Iterable<Buffer> {
    const all = Buffer.concat(this.#held.splice(0));
    this.#byHand = new InflateDecoder();
    for (let at = 0; at < all.length; at += PIECE) yield* this.#byHand.push(all.subarray(at, at + PIECE));
  }
}

function inflateAtOnce(bytes: Buffer): { content: Buffer; consumed: number } | null {
  try {
    const { buffer, engine } = inflateSync(bytes, { info: true, maxOutputLength: IN_ONE_CALL.output }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { content: buffer, consumed: engine.bytesWritten };
  } catch {
    return null;
  }
}
