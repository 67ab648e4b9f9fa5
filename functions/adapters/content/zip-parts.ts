import { inflateRawSync } from 'node:zlib';
import type { ZipEntry } from '../../domain/file-type/office/zip-directory.ts';
import type { ObjectBytes } from './object-bytes.ts';

/** Compressed and not: the content types of a document of 50,000 parts. */
const ENTRY_BYTES = 1024 * 1024;
const INFLATED_BYTES = 8 * 1024 * 1024;
const LOCAL_HEADER_BYTES = 30;

/** Names of parts do not differ by case, and some writers separate folders as Windows does. */
export const normalized = (name: string): string => name.replaceAll('\\', '/').toLowerCase();

/** A zip's entries by name, and their texts. */
export class ZipParts {
  readonly names: readonly string[];
  readonly #bytes: ObjectBytes;
  readonly #entries: ReadonlyMap<string, readonly ZipEntry[]>;

  constructor(bytes: ObjectBytes, entries: readonly ZipEntry[]) {
    this.#bytes = bytes;
    this.#entries = Map.groupBy(entries, ({ name }) => normalized(name));
    this.names = [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The text of the only entry with this name; with two, readers disagree. */
  async text(name: string): Promise<string | null> {
    const [entry, another] = this.#entries.get(name) ?? [];
    if (entry === undefined || another !== undefined || entry.compressedSize > ENTRY_BYTES) return null;
    const header = Buffer.from(await this.#bytes.read(entry.offset, LOCAL_HEADER_BYTES));
    if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== 0x04034b50) return null;
    const start = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    const data = await this.#bytes.read(start, entry.compressedSize);
    try {
      const content = entry.method === 0 ? data : inflateRawSync(data, { maxOutputLength: INFLATED_BYTES });
      const encoding = content[0] === 0xff ? 'utf-16le' : content[0] === 0xfe ? 'utf-16be' : 'utf-8';
      return new TextDecoder(encoding, { fatal: true }).decode(content);
    } catch {
      return null;
    }
  }
}
