import type { Decoder } from './decoder.ts';

/** RC4, which OpenSSL no longer has. */
export class Rc4Decoder implements Decoder {
  readonly consumed = null;
  readonly #state = Uint8Array.from({ length: 256 }, (_, index) => index);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    const state = this.#state;
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
      [state[i], state[j]] = [state[j] ?? 0, state[i] ?? 0];
    }
  }

  push(bytes: Buffer): Buffer[] {
    const state = this.#state;
    const out = Buffer.allocUnsafe(bytes.length);
    for (let at = 0; at < bytes.length; at++) {
      this.#i = (this.#i + 1) & 255;
      const a = state[this.#i] ?? 0;
      this.#j = (this.#j + a) & 255;
      const b = state[this.#j] ?? 0;
      state[this.#i] = b;
      state[this.#j] = a;
      out[at] = (bytes[at] ?? 0) ^ (state[(a + b) & 255] ?? 0);
    }
    return [out];
  }

  end(): Buffer[] {
    return [];
  }
}

export const rc4 = (key: Uint8Array, bytes: Buffer): Buffer => Buffer.concat(new Rc4Decoder(key).push(bytes));
