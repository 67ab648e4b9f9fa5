import { type ByteSearch, byteSearch } from './byte-search.ts';
import { type ByteSource, piecesOf } from './byte-source.ts';
import { endOfZip, findZipAtEnd } from './zip-at-end.ts';
import { beginsZipMember } from './zip-constants.ts';

/**
 * Archives that extractors find behind other content, because they look for them. Every magic number is followed by
 * something that must fit, since programs and their libraries hold the bare numbers as constants.
 */
interface Signature {
  readonly name: string;
  readonly search: ByteSearch;
  /** How many bytes there are at least, from the beginning of the signature. */
  readonly length: number;
  /** @param bytes up to 1,024 of them */
  fits(bytes: Buffer, crc32: Crc32): boolean;
  /** Whether it is no constant of a program either, by a checksum that fits; left out where `fits` says so. */
  proves?(bytes: Buffer, crc32: Crc32): boolean;
}

/** @param before checksum of the bytes before these */
export type Crc32 = (bytes: Uint8Array, before?: number) => number;

const latin1 = (text: string) => byteSearch(Buffer.from(text, 'latin1'));

const SIGNATURES: readonly Signature[] = [
  {
    name: '7z',
    search: latin1('7z\xbc\xaf\x27\x1c'),
    length: 32,
    // The start header and its checksum; 7-Zip also takes one of zeros, and looks for the other header from the end.
    fits: (bytes, crc32) =>
      bytes.readUInt32LE(8) === crc32(bytes.subarray(12, 32)) ||
      (bytes.readUInt16LE(6) !== 0 && bytes.subarray(8, 32).every((byte) => byte === 0)),
    proves: (bytes, crc32) => bytes.readUInt32LE(8) === crc32(bytes.subarray(12, 32)),
  },
  {
    name: 'rar',
    search: latin1('Rar!\x1a\x07\x00'),
    length: 14,
    // The main header: its type, and a size that holds its fields. UnRAR goes on where the checksum is wrong.
    fits: (bytes) => bytes[9] === 0x73 && bytes.readUInt16LE(12) >= 13,
    proves: (bytes, crc32) => bytes.readUInt16LE(7) === (crc32(bytes.subarray(9, 20)) & 0xffff),
  },
  {
    name: 'rar',
    search: latin1('Rar!\x1a\x07\x01\x00'),
    length: 16,
    // The main header, or the one of encryption: its size in up to three times seven bits, and its type.
    fits: (bytes) => {
      const last = bytes.subarray(12, 15).findIndex((byte) => byte < 128);
      const type = bytes[13 + last];
      return bytes[12] !== 0 && (type === 1 || type === 4);
    },
    proves: (bytes, crc32) => {
      const [first = 0, second = 0] = bytes.subarray(12, 14);
      const end = first < 128 ? 13 + first : 14 + (first & 127) + 128 * second;
      return bytes.readUInt32LE(8) === crc32(bytes.subarray(12, end));
    },
  },
  {
    name: 'xz',
    search: latin1('\xfd7zXZ\x00'),
    length: 12,
    fits: (bytes, crc32) => bytes.readUInt32LE(8) === crc32(bytes.subarray(6, 8)),
  },
  {
    name: 'cab',
    search: latin1('MSCF\x00\x00\x00\x00'),
    length: 36,
    // Reserved fields are zero, the version is 1.3.
    fits: (bytes) => bytes.readUInt32LE(12) === 0 && bytes[24] === 3 && bytes[25] === 1,
  },
  {
    name: 'bzip2',
    search: latin1('BZh'),
    length: 10,
    // A level, and a block.
    fits: (bytes) => /[1-9]1AY&SY/.test(bytes.toString('latin1', 3, 10)),
  },
  {
    name: 'zip',
    search: latin1('PK\x03\x04'),
    length: 30,
    fits: beginsZipMember,
  },
];

const CHUNK = 4 * 1024 * 1024;
const OVERLAP = 1024;

export interface EmbeddedArchive {
  readonly name: string;
  /** False for what may be the constant of a program that knows the format. */
  readonly proven: boolean;
  readonly start: number;
  /** Of a zip; for others the end of the source. */
  readonly end: number;
}

/** The first archive that begins at `from` or behind it, and a zip that ends the source; null when there is none. */
export async function findEmbeddedArchive(
  source: ByteSource,
  from: number,
  crc32: Crc32,
): Promise<EmbeddedArchive | null> {
  for await (const { start, bytes } of piecesOf(source, { from, length: CHUNK, overlap: OVERLAP })) {
    let found: { readonly signature: Signature; readonly at: number } | undefined;
    for (const signature of SIGNATURES) {
      const at = firstFit(bytes, signature, crc32);
      if (at >= 0 && at < (found?.at ?? CHUNK)) found = { signature, at };
    }
    if (found !== undefined) {
      const { signature, at } = found;
      const proven = signature.proves?.(bytes.subarray(at, at + OVERLAP), crc32) ?? true;
      return { name: signature.name, proven, start: start + at, end: await endOf(source, signature.name, start + at) };
    }
  }
  const zip = await findZipAtEnd(source);
  return zip === null || zip.directoryStart < from
    ? null
    : { name: 'zip', proven: true, start: Math.max(from, zip.start), end: zip.end };
}

async function endOf(source: ByteSource, name: string, start: number): Promise<number> {
  return (name === 'zip' ? await endOfZip(source, start) : null) ?? source.size;
}

function firstFit(bytes: Buffer, { search, length, fits }: Signature, crc32: Crc32): number {
  const last = bytes.length - length;
  for (let at = search(bytes); at >= 0 && at <= last; at = search(bytes, at + 1)) {
    if (fits(bytes.subarray(at, at + OVERLAP), crc32)) return at;
  }
  return -1;
}
