import { createDecipheriv, type Decipheriv } from 'node:crypto';
import type { Decoder } from '../../../domain/containers/pdf/decoder.ts';

const BLOCK = 16;

/** AES in CBC mode, its first block the initialization vector; wrong padding is content. */
export class AesDecoder implements Decoder {
  readonly consumed = null;
  readonly #key: Buffer;
  #decipher: Decipheriv | null = null;
  #head = Buffer.alloc(0);
  #last = Buffer.alloc(0);

  constructor(key: Buffer) {
    this.#key = key;
  }

  push(bytes: Buffer): Buffer[] {
    let input = bytes;
    if (this.#decipher === null) {
      this.#head = Buffer.concat([this.#head, bytes]);
      if (this.#head.length < BLOCK) return [];
      const cipher = this.#key.length === 32 ? 'aes-256-cbc' : 'aes-128-cbc';
      this.#decipher = createDecipheriv(cipher, this.#key, this.#head.subarray(0, BLOCK)).setAutoPadding(false);
      input = this.#head.subarray(BLOCK);
    }
    const plain = Buffer.concat([this.#last, this.#decipher.update(input)]);
    const end = Math.max(0, plain.length - BLOCK);
    this.#last = plain.subarray(end);
    return [plain.subarray(0, end)];
  }

  end(): Buffer[] {
    const padding = this.#last.at(-1) ?? 0;
    const right = padding >= 1 && padding <= BLOCK && this.#last.subarray(-padding).every((byte) => byte === padding);
    return [right ? this.#last.subarray(0, this.#last.length - padding) : this.#last];
  }
}
