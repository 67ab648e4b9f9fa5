import { END_OF_CHAIN } from '../../domain/file-type/office/compound-header.ts';
import type { StreamBytes } from '../../domain/file-type/office/stream-bytes.ts';
import { InconsistentFile, type Source } from './allocation-table.ts';

/** How sectors follow each other, and where they are in the source. */
export interface SectorTable {
  readonly source: Source;
  readonly sectorLength: number;
  next(sector: number): Promise<number>;
  offsetOf(sector: number): number;
}

/** A stream, as the chain of its sectors; the chain is followed as far as it is read. */
export class SectorChain implements StreamBytes {
  readonly size: number;
  readonly #table: SectorTable;
  readonly #sectors: number[];
  readonly #seen: Set<number>;

  constructor(start: number, size: number, table: SectorTable) {
    this.size = size;
    this.#table = table;
    this.#sectors = [start];
    this.#seen = new Set([start]);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (offset >= end) return new Uint8Array(0);
    const bytes = new Uint8Array(end - offset);
    for (let at = offset; at < end; ) {
      const run = await this.#runAt(at, end);
      const part = await this.#table.source.read(run.start, run.length);
      if (part.length < run.length) throw new InconsistentFile('a sector is behind the end of the file');
      bytes.set(part, at - offset);
      at += run.length;
    }
    return bytes;
  }

  /** The stretch of the file from this offset on that is in one piece there. */
  async #runAt(offset: number, end: number): Promise<{ start: number; length: number }> {
    const first = Math.floor(offset / this.#table.sectorLength);
    const inside = offset % this.#table.sectorLength;
    const start = this.#table.offsetOf(await this.#sectorAt(first)) + inside;
    let length = this.#table.sectorLength - inside;
    for (let index = first + 1; offset + length < end; index += 1) {
      if (this.#table.offsetOf(await this.#sectorAt(index)) !== start + length) break;
      length += this.#table.sectorLength;
    }
    return { start, length: Math.min(length, end - offset) };
  }

  async #sectorAt(index: number): Promise<number> {
    while (this.#sectors.length <= index) {
      const sector = await this.#table.next(this.#sectors.at(-1) ?? END_OF_CHAIN);
      if (this.#seen.has(sector)) throw new InconsistentFile('a chain of sectors is a circle');
      this.#seen.add(sector);
      this.#sectors.push(sector);
    }
    return this.#sectors[index] ?? END_OF_CHAIN;
  }

  /** How many sectors the chain has, at most so many. */
  async countUpTo(most: number): Promise<number> {
    let count = 0;
    while (count < most && (await this.#sectorAt(count)) !== END_OF_CHAIN) count += 1;
    return count;
  }
}
