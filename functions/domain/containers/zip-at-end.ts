import { type ByteSource, piecesOf } from './byte-source.ts';
import { CENTRAL } from './zip-directory.ts';
import { END, END_64, findZipEnd, LOCATOR } from './zip-end.ts';

/** A zip that readers find from its end, whatever stands before it. */
export interface ZipAtEnd {
  /** Where offsets in it are counted from, 0 at least. */
  readonly start: number;
  readonly directoryStart: number;
  /** Behind its comment. */
  readonly end: number;
}

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');
const END_MAGIC = Buffer.from('PK\x05\x06', 'latin1');
const DIRECTORY_BYTES = 1024 * 1024;

/** The zip that ends the source, null where there is none of which a reader could get anything. */
export async function findZipAtEnd(source: ByteSource): Promise<ZipAtEnd | null> {
  const at = await findZipEnd(source);
  if (at === null) return null;
  const record = await source.read(at, at + END.length);
  const end = Math.min(source.size, at + END.length + record.readUInt16LE(20));
  const { directoryEnd, length, offset } = await directoryOf(source, record, at);
  // Some readers go by its length, others by its offset where the length leads nowhere.
  for (const directoryStart of [directoryEnd - length, offset]) {
    const base = directoryStart - offset;
    if (directoryStart >= 0 && (await leadsToMembers(source, directoryStart, base))) {
      return { start: Math.max(0, base), directoryStart, end };
    }
  }
  return null;
}

/** Where the zip that begins at `start` ends, by the first record whose offsets lead back there; null without one. */
export async function endOfZip(source: ByteSource, start: number): Promise<number | null> {
  for await (const { start: from, bytes } of piecesOf(source, { from: start, overlap: END.length })) {
    for (let at = bytes.indexOf(END_MAGIC); at >= 0; at = bytes.indexOf(END_MAGIC, at + 1)) {
      if (at + END.length > bytes.length) break;
      const directoryEnd = start + bytes.readUInt32LE(at + 12) + bytes.readUInt32LE(at + 16);
      if (directoryEnd === from + at)
        return Math.min(source.size, directoryEnd + END.length + bytes.readUInt16LE(at + 20));
    }
  }
  return null;
}

async function directoryOf(source: ByteSource, record: Buffer, at: number) {
  const small = { directoryEnd: at, length: record.readUInt32LE(12), offset: record.readUInt32LE(16) };
  const before = at - LOCATOR.length - END_64.length;
  if (before < 0) return small;
  const large = await source.read(before, at);
  const is64 = large.readUInt32LE(0) === END_64.signature && large.readUInt32LE(END_64.length) === LOCATOR.signature;
  if (!is64) return small;
  const number = (from: number) => Number(large.readBigUInt64LE(from));
  return { directoryEnd: before, length: number(40), offset: number(48) };
}

/** Bytes of other formats look like an end by chance, and zips lie in pieces in file systems. */
async function leadsToMembers(source: ByteSource, from: number, base: number): Promise<boolean> {
  const directory = await source.read(from, from + DIRECTORY_BYTES);
  for (let at = 0; at + CENTRAL.length <= directory.length; ) {
    if (directory.readUInt32LE(at) !== CENTRAL.signature) return false;
    const offset = directory.readUInt32LE(at + 42);
    // Offsets are counted from where the zip begins, or from where the file does.
    for (const local of [base + offset, offset]) {
      if (local >= 0 && (await source.read(local, local + LOCAL.length)).equals(LOCAL)) return true;
    }
    at += CENTRAL.length + [28, 30, 32].reduce((sum, field) => sum + directory.readUInt16LE(at + field), 0);
  }
  return false;
}
