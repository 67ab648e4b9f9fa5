import type { ByteSource } from '../byte-source.ts';
import { overLimit } from '../unaccounted.ts';
import { countBefore, indexPdf, type PdfIndex } from './index-of-pdf.ts';
import { PdfLexer } from './lexer.ts';
import { PdfDictionary, PdfReference, type PdfValue } from './values.ts';

const WINDOW = 1024 * 1024;
/** How much of a value is read at first, and when it is not all of it. */
const VALUE_BYTES = [4096, 64 * 1024, WINDOW];
/** Before `obj`: two numbers, and comments. */
const HEADER_BYTES = 128;
/** Of one object's number there may be one per revision; that many are looked at. */
const MAX_CANDIDATES = 8;
const MAX_DEPTH = 8;

export interface ObjectHeader {
  readonly number: number;
  readonly generation: number;
}

/** Objects of a PDF as they stand in the file, in every revision: no table of theirs is believed. */
export class PdfFile {
  readonly source: ByteSource;
  readonly index: PdfIndex;
  /** Values that object streams hold, by their number. */
  compressed: (number: number) => Promise<PdfValue | undefined> = async () => undefined;
  #window: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  #numbers: Map<number, number[]> | null = null;
  #work: number;

  private constructor(source: ByteSource, index: PdfIndex) {
    this.source = source;
    this.index = index;
    this.#work = 64 * WINDOW + 32 * source.size;
  }

  static async open(source: ByteSource): Promise<PdfFile> {
    return new PdfFile(source, await indexPdf(source));
  }

  /** Bytes that are few. */
  async bytes(start: number, end: number): Promise<Buffer> {
    const from = Math.max(0, start);
    const { start: held, bytes } = this.#window;
    const stop = Math.min(end, this.source.size);
    if (from < held || stop > held + bytes.length) {
      const begin = Math.max(0, from - HEADER_BYTES);
      this.#window = { start: begin, bytes: await this.source.read(begin, Math.max(stop, begin + WINDOW)) };
    }
    return this.#window.bytes.subarray(from - this.#window.start, Math.max(from, stop) - this.#window.start);
  }

  /** Counts bytes that are parsed, since the same may be parsed again and again. @throws Unaccounted */
  spend(bytes: number): void {
    this.#work -= bytes;
    if (this.#work < 0) throw overLimit('time');
  }

  /** What stands before `obj`. */
  async header(at: number): Promise<ObjectHeader | null> {
    const before = (await this.bytes(at - HEADER_BYTES, at)).toString('latin1').replace(/%[^\r\n]*[\r\n]/g, ' ');
    const found = /(\d{1,10})[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]*$/.exec(before);
    return found === null ? null : { number: Number(found[1]), generation: Number(found[2]) };
  }

  async valueAt(start: number): Promise<PdfValue | undefined> {
    for (const length of VALUE_BYTES) {
      const bytes = await this.bytes(start, start + length);
      this.spend(bytes.length);
      const lexer = new PdfLexer(bytes);
      const value = lexer.value();
      if (lexer.position < bytes.length - 32 || start + length >= this.source.size) return value;
    }
    return undefined;
  }

  /** Every value that the number has in any revision, the last one first. */
  async candidates(number: number): Promise<PdfValue[]> {
    const offsets = (await this.#offsets()).get(number) ?? [];
    const values: (PdfValue | undefined)[] = [];
    for (const offset of offsets.slice(-MAX_CANDIDATES).reverse()) values.push(await this.valueAt(offset + 3));
    values.push(await this.compressed(number));
    return values.filter((value) => value !== undefined);
  }

  /** The values that this one may mean: several where it refers to an object of several revisions. */
  async meanings(value: PdfValue, depth = 0): Promise<PdfValue[]> {
    if (!(value instanceof PdfReference)) return [value];
    if (depth > MAX_DEPTH) return [];
    const found: PdfValue[] = [];
    for (const candidate of await this.candidates(value.number))
      found.push(...(await this.meanings(candidate, depth + 1)));
    return found.length === 0 ? [null] : found.slice(0, MAX_CANDIDATES);
  }

  /** The same value without references inside. */
  async resolved(value: PdfValue, depth = 0): Promise<PdfValue> {
    if (depth > MAX_DEPTH) return null;
    const [meant = null] = await this.meanings(value);
    if (Array.isArray(meant)) {
      const values: PdfValue[] = [];
      for (const element of meant.slice(0, 64)) values.push(await this.resolved(element, depth + 1));
      return values;
    }
    if (!(meant instanceof PdfDictionary)) return meant;
    const dictionary = new PdfDictionary();
    for (const key of meant.keys().slice(0, 64)) dictionary.set(key, await this.resolved(meant.get(key), depth + 1));
    return dictionary;
  }

  /** Index of the last `obj` before the offset, -1 when there is none. */
  objectBefore(offset: number): number {
    return countBefore(this.index.objects, offset) - 1;
  }

  async #offsets(): Promise<Map<number, number[]>> {
    if (this.#numbers !== null) return this.#numbers;
    const numbers = new Map<number, number[]>();
    for (const at of this.index.objects) {
      const header = await this.header(at);
      if (header === null) continue;
      const known = numbers.get(header.number);
      if (known === undefined) numbers.set(header.number, [at]);
      else known.push(at);
    }
    this.#numbers = numbers;
    return numbers;
  }
}
