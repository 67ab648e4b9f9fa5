import {
  type CompoundDirectory,
  type CompoundEntry,
  parseCompoundDirectory,
} from '../../domain/file-type/office/compound-directory.ts';
import { type CompoundFile, kindOfStream } from '../../domain/file-type/office/compound-file.ts';
import {
  type CompoundHeader,
  parseCompoundHeader,
  SMALL_SECTOR_BYTES,
  SMALL_STREAM_BYTES,
} from '../../domain/file-type/office/compound-header.ts';
import { inspectPresentation, inspectWordDocument } from '../../domain/file-type/office/office-streams.ts';
import type { OfficeFacts, StreamBytes } from '../../domain/file-type/office/stream-bytes.ts';
import { inspectWorkbook } from '../../domain/file-type/office/workbook.ts';
import { AllocationTable, numberAt, type Source } from './allocation-table.ts';
import type { ObjectBytes } from './object-bytes.ts';
import { ReadAhead } from './read-ahead.ts';
import { SectorChain } from './sector-chain.ts';

/** 8,192 entries; Word and Excel have some dozens, a message with a hundred attachments some thousands. */
const DIRECTORY_BYTES = 1024 * 1024;

/** Main stream -> what it tells. */
const INSPECTORS: Readonly<Record<string, (stream: StreamBytes) => Promise<OfficeFacts | null>>> = {
  'application/msword': inspectWordDocument,
  'application/vnd.ms-excel': inspectWorkbook,
  'application/vnd.ms-powerpoint': inspectPresentation,
};

/**
 * What an OLE compound file contains; null for anything else, and for one that contradicts itself or cannot be
 * understood within READ_LIMITS.
 * @throws what the store throws
 */
export async function readCompoundFile(bytes: ObjectBytes, head: Uint8Array): Promise<CompoundFile | null> {
  const header = parseCompoundHeader(head);
  if (header === null) return null;
  const file = await new CompoundReader(bytes, header).read().catch(() => null);
  if (bytes.fault !== undefined) throw bytes.fault;
  return file;
}

class CompoundReader {
  readonly #header: CompoundHeader;
  readonly #source: Source;
  readonly #fat: AllocationTable;

  constructor(bytes: ObjectBytes, header: CompoundHeader) {
    this.#header = header;
    this.#source = new ReadAhead(bytes);
    this.#fat = new AllocationTable(this.#source, header);
  }

  async read(): Promise<CompoundFile | null> {
    const directory = await this.#readDirectory();
    if (directory === null) return null;
    const facts: OfficeFacts[] = [];
    for (const entry of directory.top) {
      const inspect = INSPECTORS[kindOfStream(entry.name) ?? ''];
      if (inspect === undefined) continue;
      const found = await inspect(this.#open(entry, directory.root));
      if (found === null) return null;
      facts.push(found);
    }
    return {
      classId: directory.root.classId,
      top: directory.top.map(({ name }) => name),
      names: directory.all.map(({ name }) => name),
      macros: facts.some(({ macros }) => macros),
      encrypted: facts.some(({ encrypted }) => encrypted),
    };
  }

  async #readDirectory(): Promise<CompoundDirectory | null> {
    const { directory, sectorLength } = this.#header;
    const chain = this.#chain(directory, DIRECTORY_BYTES);
    const most = DIRECTORY_BYTES / sectorLength;
    const sectors = await chain.countUpTo(most + 1);
    return sectors > most ? null : parseCompoundDirectory(await chain.read(0, sectors * sectorLength));
  }

  #open({ start, size }: CompoundEntry, root: CompoundEntry): StreamBytes {
    if (size >= SMALL_STREAM_BYTES) return this.#chain(start, size);
    const { miniFat, miniFatSectors, sectorLength } = this.#header;
    const table = this.#chain(miniFat, miniFatSectors * sectorLength);
    return new SectorChain(start, size, {
      source: this.#chain(root.start, root.size),
      sectorLength: SMALL_SECTOR_BYTES,
      next: async (sector) => numberAt(await table.read(4 * sector, 4), 0),
      offsetOf: (sector) => sector * SMALL_SECTOR_BYTES,
    });
  }

  #chain(start: number, size: number): SectorChain {
    return new SectorChain(start, size, {
      source: this.#source,
      sectorLength: this.#header.sectorLength,
      next: (sector) => this.#fat.next(sector),
      offsetOf: (sector) => this.#fat.offsetOf(sector),
    });
  }
}
