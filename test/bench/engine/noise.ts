import { createCipheriv, createHash } from 'node:crypto';
import { type Random, seededRandom } from '../random.ts';

/** A call of the cipher for a few bytes costs far more than the bytes. */
const AHEAD_BYTES = 65_536;

/** Bytes without a pattern that a seed decides: a gigabyte takes a second. */
export class Noise {
  readonly #cipher;
  #ahead: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(seed: number | string) {
    const key = createHash('sha256').update(String(seed)).digest();
    this.#cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  }

  /** The next bytes. */
  bytes(length: number): Buffer {
    if (length >= AHEAD_BYTES) return this.#cipher.update(Buffer.alloc(length));
    if (this.#at + length > this.#ahead.length) {
      this.#ahead = this.#cipher.update(Buffer.alloc(AHEAD_BYTES));
      this.#at = 0;
    }
    this.#at += length;
    return this.#ahead.subarray(this.#at - length, this.#at);
  }
}

const VOWELS = 'aeiou';
const CONSONANTS = 'bcdfghjklmnprstvw';
const WORDS = 5000;

/** Words of a made-up language, some far more frequent than others, so that it compresses like a real one. */
const VOCABULARY: readonly string[] = (() => {
  const random = seededRandom(1);
  const one = (of: string) => of[Math.floor(random() * of.length)] ?? '';
  const syllable = () => one(CONSONANTS) + one(VOWELS) + (random() < 0.3 ? one('nrsl') : '');
  return Array.from({ length: WORDS }, () => Array.from({ length: 1 + Math.floor(random() * 4) }, syllable).join(''));
})();

/** Sentences in lines, at least so many bytes. */
export function prose(bytes: number, random: Random): string {
  const lines: string[] = [];
  for (let length = 0; length < bytes; ) {
    const words = Array.from(
      { length: 6 + Math.floor(random() * 10) },
      () => VOCABULARY[Math.floor(random() ** 3 * WORDS)] ?? '',
    );
    const [first = ''] = words;
    words[0] = `${first.slice(0, 1).toUpperCase()}${first.slice(1)}`;
    const line = `${words.join(' ')}.`;
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n');
}
