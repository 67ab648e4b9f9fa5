import { fromHexadecimal, unescaped } from './strings.ts';
import { PdfDictionary, PdfName, PdfReference, type PdfValue } from './values.ts';

const MAX_DEPTH = 50;
const codes = (characters: string) => new Set<number | undefined>([...Buffer.from(characters)]);
const WHITE = codes('\0\t\n\f\r ');
/** Or the end of everything. */
const WORD_ENDS = codes('\0\t\n\f\r ()<>[]{}/%').add(undefined);
const STRING_MARKS = codes('()\\').add(undefined);
const LINE_ENDS = codes('\n\r').add(undefined);

/** Reads values of PDF's syntax, as tolerantly as viewers do. Never throws. */
export class PdfLexer {
  readonly #bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** Skips white space and comments. */
  skip(): void {
    for (;;) {
      const byte = this.#bytes[this.position];
      if (byte === 0x25) this.#skipUpTo(LINE_ENDS);
      else if (WHITE.has(byte)) this.position++;
      else return;
    }
  }

  /** The next value; undefined, and not a step further, where there is none. */
  value(depth = 0): PdfValue | undefined {
    this.skip();
    const start = this.position;
    const character = String.fromCharCode(this.#bytes[start] ?? 0);
    if (depth > MAX_DEPTH) return undefined;
    if (character === '/') return new PdfName(this.#name());
    if (character === '(') return this.#literal();
    if (character === '[') return this.#array(depth);
    if (character === '<') return this.#at(0x3c, 1) ? this.#dictionary(depth) : this.#hexadecimal();
    const word = this.#word();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (/^[+-]?\.?\d/.test(word)) return this.#numberOrReference(word);
    this.position = start;
    return undefined;
  }

  #at(byte: number, ahead = 0): boolean {
    return this.#bytes[this.position + ahead] === byte;
  }

  #skipUpTo(ends: ReadonlySet<number | undefined>): void {
    while (!ends.has(this.#bytes[this.position])) this.position++;
  }

  #word(): string {
    const start = this.position;
    this.#skipUpTo(WORD_ENDS);
    return this.#bytes.toString('latin1', start, this.position);
  }

  #name(): string {
    this.position++;
    return this.#word().replace(/#([0-9a-fA-F]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  }

  #numberOrReference(word: string): PdfValue {
    const number = Number.parseFloat(word);
    const rest = this.#bytes.toString('latin1', this.position, this.position + 32);
    const reference = /^\d+$/.test(word)
      ? /^[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/.exec(rest)
      : null;
    if (reference === null) return number;
    this.position += reference[0].length;
    return new PdfReference(number);
  }

  #array(depth: number): PdfValue[] {
    this.position++;
    const values: PdfValue[] = [];
    for (;;) {
      const value = this.value(depth + 1);
      if (value !== undefined) values.push(value);
      else if (!this.#strayWord()) break;
    }
    if (this.#at(0x5d)) this.position++;
    return values;
  }

  #dictionary(depth: number): PdfDictionary {
    this.position += 2;
    const dictionary = new PdfDictionary();
    for (;;) {
      const key = this.value(depth + 1);
      if (key instanceof PdfName) dictionary.set(key.name, this.value(depth + 1) ?? null);
      else if (key === undefined && !this.#strayWord()) break;
    }
    if (this.#at(0x3e) && this.#at(0x3e, 1)) this.position += 2;
    return dictionary;
  }

  /** Steps over a word that has no meaning here, but not over one that ends an object. */
  #strayWord(): boolean {
    const start = this.position;
    const word = this.#word();
    if (word !== '' && !/^(?:end)?(?:obj|stream)/.test(word)) return true;
    this.position = start;
    return false;
  }

  #hexadecimal(): Buffer {
    const start = this.position + 1;
    const end = this.#bytes.indexOf(0x3e, start);
    this.position = end === -1 ? this.#bytes.length : end + 1;
    return fromHexadecimal(this.#bytes.toString('latin1', start, this.position));
  }

  #literal(): Buffer {
    const start = ++this.position;
    for (let open = 1; open > 0; ) {
      this.#skipUpTo(STRING_MARKS);
      const mark = this.#bytes[this.position];
      if (mark === undefined) return unescaped(this.#bytes.toString('latin1', start));
      if (mark === 0x28) open++;
      if (mark === 0x29) open--;
      this.position += mark === 0x5c ? 2 : 1;
    }
    return unescaped(this.#bytes.toString('latin1', start, this.position - 1));
  }
}
