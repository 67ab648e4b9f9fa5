import { viewOf } from './stream-bytes.ts';

/** Where an OLE compound file's parts begin. Sectors are numbered from the one behind the header. */
export interface CompoundHeader {
  /** Bytes: 512 (version 3) or 4,096 (version 4). */
  readonly sectorLength: number;
  readonly directory: number;
  readonly miniFat: number;
  readonly miniFatSectors: number;
  /** The first sectors of the allocation table; the others are listed in the chain that begins at `difat`. */
  readonly fat: readonly number[];
  readonly difat: number;
}

/** Numbers from here on are no sectors: the end of a chain, a free sector, a sector of a table. */
export const FIRST_RESERVED_SECTOR = 0xfffffffa;
export const END_OF_CHAIN = 0xfffffffe;
/** Shorter streams lie in the stream of small sectors. */
export const SMALL_STREAM_BYTES = 4096;
export const SMALL_SECTOR_BYTES = 64;

const HEADER_BYTES = 512;
const FAT_IN_HEADER = 109;
/** Version -> binary logarithm of its sector length. */
const SECTOR_SHIFTS: Readonly<Record<number, number>> = { 3: 9, 4: 12 };

/**
 * Null when the bytes do not begin a compound file, or one with values that the format does not have.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb section 2.2
 */
export function parseCompoundHeader(head: Uint8Array): CompoundHeader | null {
  if (head.length < HEADER_BYTES) return null;
  const view = viewOf(head);
  if (view.getBigUint64(0) !== 0xd0cf11e0a1b11ae1n || view.getUint16(0x1c, true) !== 0xfffe) return null;
  const shift = view.getUint16(0x1e, true);
  if (SECTOR_SHIFTS[view.getUint16(0x1a, true)] !== shift || view.getUint16(0x20, true) !== 6) return null;
  if (view.getUint32(0x38, true) !== SMALL_STREAM_BYTES) return null;
  return {
    sectorLength: 2 ** shift,
    directory: view.getUint32(0x30, true),
    miniFat: view.getUint32(0x3c, true),
    miniFatSectors: view.getUint32(0x40, true),
    difat: view.getUint32(0x44, true),
    fat: Array.from({ length: FAT_IN_HEADER }, (_, index) => view.getUint32(0x4c + 4 * index, true)),
  };
}
