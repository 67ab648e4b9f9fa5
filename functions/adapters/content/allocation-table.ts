import {
  type CompoundHeader,
  END_OF_CHAIN,
  FIRST_RESERVED_SECTOR,
} from '../../domain/file-type/office/compound-header.ts';
import { viewOf } from '../../domain/file-type/office/stream-bytes.ts';

/** The file contradicts itself; never leaves the adapter. */
export class InconsistentFile extends Error {
  override readonly name = 'InconsistentFile';
}

export interface Source {
  read(start: number, length: number): Promise<Uint8Array>;
}

/** The allocation table: each sector's successor. */
export class AllocationTable {
  readonly #source: Source;
  readonly #header: CompoundHeader;
  /** Sectors of the table itself: those in the header, and those of the list that continues it. */
  readonly #sectors: number[];
  #nextList: number;
  readonly #seenLists = new Set<number>();

  constructor(source: Source, header: CompoundHeader) {
    this.#source = source;
    this.#header = header;
    this.#sectors = [...header.fat];
    this.#nextList = header.difat;
  }

  offsetOf(sector: number): number {
    if (sector >= FIRST_RESERVED_SECTOR) throw new InconsistentFile(`${sector} is no sector`);
    return (sector + 1) * this.#header.sectorLength;
  }

  /** @throws InconsistentFile when the table does not reach so far */
  async next(sector: number): Promise<number> {
    if (sector >= FIRST_RESERVED_SECTOR) throw new InconsistentFile(`${sector} is no sector`);
    const perSector = this.#header.sectorLength / 4;
    const index = Math.floor(sector / perSector);
    while (this.#sectors.length <= index) await this.#readList();
    const offset = this.offsetOf(this.#sectors[index] ?? END_OF_CHAIN) + 4 * (sector % perSector);
    return numberAt(await this.#source.read(offset, 4), 0);
  }

  /** Each list ends with the sector of the next. */
  async #readList(): Promise<void> {
    if (this.#seenLists.has(this.#nextList)) throw new InconsistentFile('the lists of the table are a circle');
    this.#seenLists.add(this.#nextList);
    const { sectorLength } = this.#header;
    const list = await this.#source.read(this.offsetOf(this.#nextList), sectorLength);
    for (let at = 0; at < sectorLength - 4; at += 4) this.#sectors.push(numberAt(list, at));
    this.#nextList = numberAt(list, sectorLength - 4);
  }
}

export function numberAt(bytes: Uint8Array, offset: number): number {
  if (bytes.length < offset + 4) throw new InconsistentFile('a table is behind the end of the file');
  return viewOf(bytes).getUint32(offset, true);
}
