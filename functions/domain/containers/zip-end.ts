import type { ByteSource } from './byte-source.ts';
import { ambiguous, overLimit } from './unaccounted.ts';

/** What the records at the end of a zip say. */
export interface ZipEnd {
  readonly directoryStart: number;
  readonly directoryEnd: number;
  readonly entries: number;
  readonly zip64: boolean;
  readonly comment: Buffer;
}

export const END = { signature: 0x06054b50, length: 22 } as const;
export const LOCATOR = { signature: 0x07064b50, length: 20 } as const;
export const END_64 = { signature: 0x06064b50, length: 56 } as const;
const END_BYTES = Buffer.from('PK\x05\x06', 'latin1');
const MAX_COMMENT = 0xffff;
/** A directory is read in one piece: 100,000 entries with names of the longest usual length. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

/** Offset of the end record that a reader finds which looks for it from the end, null when there is none. */
export async function findZipEnd(source: ByteSource): Promise<number | null> {
  if (source.size < END.length) return null;
  const start = Math.max(0, source.size - END.length - MAX_COMMENT);
  const tail = await source.read(start, source.size);
  const at = tail.lastIndexOf(END_BYTES, tail.length - END.length);
  return at < 0 ? null : start + at;
}

/**
 * The end records of a zip that ends where the source does.
 *
 * @throws Unaccounted `ambiguous-archive:<rule>`, or `limits-exceeded:files`
 */
export async function readZipEnd(source: ByteSource): Promise<ZipEnd> {
  const at = await findZipEnd(source);
  if (at === null) throw ambiguous('zip-end');
  const end = await source.read(at, source.size);
  const commentEnd = END.length + end.readUInt16LE(20);
  if (commentEnd > end.length || !isPadding(end.subarray(commentEnd))) throw ambiguous('zip-suffix');
  const before = await source.read(Math.max(0, at - LOCATOR.length), at);
  const located = before.length === LOCATOR.length && before.readUInt32LE(0) === LOCATOR.signature;
  const numbers = located
    ? await readEnd64(source, before, at)
    : {
        disks: [end.readUInt16LE(4), end.readUInt16LE(6)],
        here: end.readUInt16LE(8),
        entries: end.readUInt16LE(10),
        length: end.readUInt32LE(12),
        start: end.readUInt32LE(16),
        directoryEnd: at,
      };
  if (numbers.disks.some((disk) => disk !== 0) || numbers.here !== numbers.entries) throw ambiguous('zip-split');
  if (numbers.start + numbers.length !== numbers.directoryEnd) throw ambiguous('zip-prefix');
  if (numbers.length > MAX_DIRECTORY_BYTES) throw overLimit('files');
  if (located && !agreesWith(end, numbers)) throw ambiguous('zip-zip64');
  const { start, directoryEnd, entries } = numbers;
  return {
    directoryStart: start,
    directoryEnd,
    entries,
    zip64: located,
    comment: end.subarray(END.length, commentEnd),
  };
}

/** Tapes and pipes are filled up with zeros, and some transfers add the end of a line. */
const isPadding = (bytes: Buffer) => /^[\0\r\n]*$/.test(bytes.toString('latin1'));

async function readEnd64(source: ByteSource, locator: Buffer, end: number) {
  const start = end - LOCATOR.length - END_64.length;
  const record = await source.read(Math.max(0, start), end - LOCATOR.length);
  const fits =
    record.length === END_64.length &&
    record.readUInt32LE(0) === END_64.signature &&
    Number(record.readBigUInt64LE(4)) === END_64.length - 12 &&
    Number(locator.readBigUInt64LE(8)) === start &&
    locator.readUInt32LE(4) === 0 &&
    locator.readUInt32LE(16) <= 1;
  if (!fits) throw ambiguous('zip-zip64');
  return {
    disks: [record.readUInt32LE(16), record.readUInt32LE(20)],
    here: Number(record.readBigUInt64LE(24)),
    entries: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    start: Number(record.readBigUInt64LE(48)),
    directoryEnd: start,
  };
}

/** Whether the old record says the same, or nothing, about each number. */
function agreesWith(end: Buffer, { entries, length, start }: { entries: number; length: number; start: number }) {
  const same = (told: number, full: number, known: number) => told === full || told === known;
  return (
    [4, 6].every((disk) => same(end.readUInt16LE(disk), 0xffff, 0)) &&
    [8, 10].every((count) => same(end.readUInt16LE(count), 0xffff, entries)) &&
    same(end.readUInt32LE(12), 0xffffffff, length) &&
    same(end.readUInt32LE(16), 0xffffffff, start)
  );
}
