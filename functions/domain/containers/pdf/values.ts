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
