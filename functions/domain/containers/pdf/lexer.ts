/** A name: `/FlateDecode`. */
export class PdfName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A reference to an object: `12 0 R`. */
export class PdfReference {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** A dictionary. Readers disagree about which value counts when a key comes twice, so both are kept. */
export class PdfDictionary {
  readonly #first = new Map<string, PdfValue>();
  readonly #last = new Map<string, PdfValue>();

  set(key: string, value: PdfValue): void {
    if (!this.#first.has(key)) this.#first.set(key, value);
    this.#last.set(key, value);
  }

  /** One value, or two that differ. */
  all(key: string): PdfValue[] {
    return [...new Set([this.#last.get(key), this.#first.get(key)])].filter((value) => value !== undefined);
  }

  keys(): string[] {
    return [...this.#last.keys()];
  }

  get(key: string): PdfValue {
    return this.#last.get(key) ?? null;
  }
}

export type PdfValue = null | boolean | number | Buffer | PdfName | PdfReference | PdfDictionary | PdfValue[];

const MAX_DEPTH = 50;
const WHITE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITERS = new Set([...'()<>[]{}/%'].map((character) => character.charCodeAt(0)));
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

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
    for (; this.position < this.#bytes.length; this.position++) {
      const byte = this.#bytes[this.position] ?? 0;
      if (byte === 0x25) {
        while (this.position < this.#bytes.length && !this.#at(10) && !this.#at(13)) this.position++;
      } else if (!WHITE.has(byte)) return;
    }
  }

  /** The next value; undefined, and not a step further, where there is none. */
  value(depth = 0): PdfValue | undefined {
    this.skip();
    const start = this.position;
    const character = String.fromCharCode(this.#bytes[start] ?? 0);
    if (depth > MAX_DEPTH || start >= this.#bytes.length) return undefined;
    if (character === '/') return new PdfName(this.#name());
    if (character === '(') return this.#literal();
    if (character === '[') return this.#array(depth);
    if (character === '<') return this.#at(0x3c, 1) ? this.#dictionary(depth) : this.#hexadecimal();
    const word = this.#word();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)/.test(word)) return this.#numberOrReference(word);
    this.position = start;
    return undefined;
  }

  #at(byte: number, ahead = 0): boolean {
    return this.#bytes[this.position + ahead] === byte;
  }

  #word(): string {
    const start = this.position;
    while (this.position < this.#bytes.length) {
      const byte = this.#bytes[this.position] ?? 0;
      if (WHITE.has(byte) || DELIMITERS.has(byte)) break;
      this.position++;
    }
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
    this.position = end < 0 ? this.#bytes.length : end + 1;
    const digits = this.#bytes.toString('latin1', start, this.position).replace(/[^0-9a-fA-F]/g, '');
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  }

  #literal(): Buffer {
    const start = ++this.position;
    let open = 1;
    for (; this.position < this.#bytes.length && open > 0; this.position++) {
      if (this.#at(0x5c)) this.position++;
      else if (this.#at(0x28)) open++;
      else if (this.#at(0x29)) open--;
    }
    return unescaped(this.#bytes.toString('latin1', start, open > 0 ? this.position : this.position - 1));
  }
}

function unescaped(text: string): Buffer {
  const plain = text.replace(/\\([0-7]{1,3}|\r\n|[\s\S])|\r\n?/g, (whole, code?: string) => {
    if (code === undefined) return '\n';
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    if (/^[\r\n]/.test(code)) return '';
    const meaning = ESCAPES[code];
    return meaning === undefined ? whole.slice(1) : String.fromCharCode(meaning);
  });
  return Buffer.from(plain, 'latin1');
}
