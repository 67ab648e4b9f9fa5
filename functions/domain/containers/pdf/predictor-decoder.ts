import { overLimit } from '../unaccounted.ts';
import type { Decoder } from './decoder.ts';

const MAX_ROW_BYTES = 4 * 1024 * 1024;

export interface PredictorParameters {
  readonly predictor: number;
  readonly colors: number;
  readonly bitsPerComponent: number;
  readonly columns: number;
}

/** Undoes the prediction of rows: PNG's (10 and over) and TIFF's (2). */
export class PredictorDecoder implements Decoder {
  readonly consumed = null;
  readonly #png: boolean;
  readonly #bits: number;
  readonly #colors: number;
  readonly #pixelBytes: number;
  readonly #rowBytes: number;
  #previous: Buffer;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** @throws Unaccounted `limits-exceeded:memory` where a row has more than 4 MiB */
  constructor({ predictor, colors, bitsPerComponent, columns }: PredictorParameters) {
    this.#png = predictor >= 10;
    this.#bits = bitsPerComponent;
    this.#colors = Math.max(1, colors);
    this.#pixelBytes = Math.max(1, (this.#colors * bitsPerComponent + 7) >> 3);
    this.#rowBytes = Math.max(1, Math.ceil((this.#colors * bitsPerComponent * columns) / 8));
    if (!(this.#rowBytes <= MAX_ROW_BYTES)) throw overLimit('memory');
    this.#previous = Buffer.alloc(this.#rowBytes);
  }

  push(bytes: Buffer): Buffer[] {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    const step = this.#rowBytes + (this.#png ? 1 : 0);
    if (this.#pendingBytes < step) return [];
    const input = Buffer.concat(this.#pending);
    const rows = Math.floor(input.length / step);
    const out = Buffer.allocUnsafe(rows * this.#rowBytes);
    for (let row = 0; row < rows; row++) {
      this.#row(input.subarray(row * step, (row + 1) * step), out.subarray(row * this.#rowBytes));
    }
    const rest = input.subarray(rows * step);
    this.#pending = [rest];
    this.#pendingBytes = rest.length;
    return [out];
  }

  /** The last row may be shorter. */
  end(): Buffer[] {
    const rest = Buffer.concat(this.#pending);
    const length = rest.length - (this.#png ? 1 : 0);
    if (length <= 0) return [];
    const out = Buffer.alloc(length);
    this.#row(rest, out);
    return [out];
  }

  #row(row: Buffer, out: Buffer): void {
    if (this.#png) this.#pngRow(row[0] ?? 0, row.subarray(1), out);
    else this.#tiffRow(row, out);
  }

  #pngRow(type: number, row: Buffer, out: Buffer): void {
    const step = this.#pixelBytes;
    const up = this.#previous;
    let at = 0;
    for (const byte of row) {
      const left = out[at - step] ?? 0;
      const above = up[at] ?? 0;
      let predicted = 0;
      if (type === 1) predicted = left;
      else if (type === 2) predicted = above;
      else if (type === 3) predicted = (left + above) >> 1;
      else if (type === 4) predicted = paeth(left, above, up[at - step] ?? 0);
      out[at] = byte + predicted;
      at++;
    }
    this.#previous = out.subarray(0, row.length);
  }

  #tiffRow(row: Buffer, out: Buffer): void {
    row.copy(out);
    const colors = this.#colors;
    if (this.#bits === 8) {
      for (let at = colors; at < row.length; at++) out[at] = ((out[at] ?? 0) + (out[at - colors] ?? 0)) & 0xff;
    } else if (this.#bits === 16) {
      for (let at = 2 * colors; at + 1 < row.length; at += 2) {
        out.writeUInt16BE((out.readUInt16BE(at) + out.readUInt16BE(at - 2 * colors)) & 0xffff, at);
      }
    } else this.#tiffBits(row.length * 8, out);
  }

  /** Components of 1, 2 or 4 bits. */
  #tiffBits(rowBits: number, out: Buffer): void {
    const bits = this.#bits;
    const mask = (1 << bits) - 1;
    const shift = (component: number) => 8 - bits - ((component * bits) & 7);
    const get = (component: number) => ((out[(component * bits) >> 3] ?? 0) >> shift(component)) & mask;
    for (let component = this.#colors; (component + 1) * bits <= rowBits; component++) {
      const at = (component * bits) >> 3;
      const value = (get(component) + get(component - this.#colors)) & mask;
      out[at] = ((out[at] ?? 0) & ~(mask << shift(component))) | (value << shift(component));
    }
  }
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}
