import type { Attributes } from './xml.ts';

/** Enough to see how a field begins. */
const MAX_CODE = 64;
const MAX_DEPTH = 1000;
const DDE = /^[\s"]*dde(?:auto)?(?![a-z0-9])/i;

/**
 * Finds DDE in the fields of a Word document: in one attribute, or spread over runs of text between the marks of a
 * field, in which there may be other fields.
 */
export class WordFields {
  /** What is known of the code of each open field; the first is of no field. */
  readonly #codes: string[] = [''];
  #inCode = false;
  #found = false;

  get hasDde(): boolean {
    return this.#found || this.#codes.some((code) => DDE.test(code));
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'instrText') this.#inCode = true;
    if (name === 'fldSimple') this.#found ||= attributes('instr').some((code) => DDE.test(code));
    if (name === 'fldChar') this.#mark(attributes('fldCharType')[0]);
  }

  text(text: string): void {
    const code = this.#codes.at(-1) ?? '';
    if (this.#inCode) this.#codes[this.#codes.length - 1] = `${code}${text}`.trimStart().slice(0, MAX_CODE);
  }

  close(name: string): void {
    if (name === 'instrText') this.#inCode = false;
  }

  #mark(type: string | undefined): void {
    this.#found ||= DDE.test(this.#codes.at(-1) ?? '');
    if (type === 'begin' && this.#codes.length < MAX_DEPTH) this.#codes.push('');
    if (type === 'end' && this.#codes.length > 1) this.#codes.pop();
  }
}
