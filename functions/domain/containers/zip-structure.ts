import { emptyRecordLength, isApkSignature } from './android-package.ts';
import type { ByteSource } from './byte-source.ts';
import { ambiguous, encrypted, overLimit } from './unaccounted.ts';
import { readZipEnd } from './zip-end.ts';

/** One member of a zip that every reader finds in the same place. */
export interface ZipMember {
  /** Bytes of the name, in whatever encoding. */
  readonly name: Buffer;
  readonly method: number;
  /** Offset of the data. */
  readonly start: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
}

export interface ZipStructure {
  readonly members: readonly ZipMember[];
  /** Whether a size or an offset is in ZIP64 fields, which ClamAV does not read. */
  readonly zip64: boolean;
  /** Of the whole archive, at its end. */
  readonly comment: Buffer;
  /** Extra fields and comments of members, where they are long enough to hold an archive. */
  readonly remarks: readonly Buffer[];
  /** Where the signatures of an Android app are: between the members and the directory. Empty in any other zip. */
  readonly signatures: { readonly start: number; readonly end: number };
}

interface Entry extends Omit<ZipMember, 'start'> {
  readonly remarks: readonly Buffer[];
  readonly flags: number;
  readonly offset: number;
  readonly zip64: boolean;
}

const CENTRAL = { signature: 0x02014b50, length: 46 } as const;
const LOCAL = { signature: 0x04034b50, length: 30 } as const;
const DESCRIPTOR = 0x08074b50;
const ZIP64_EXTRA = 1;
/** The shortest gzip file; no other container is shorter. */
const MIN_ARCHIVE = 18;
const FULL_32 = 0xffffffff;
const FULL_16 = 0xffff;

const FLAGS = { encrypted: 1 << 0, descriptor: 1 << 3, patch: 1 << 5, strong: 1 << 6, masked: 1 << 13 } as const;
/** WinZip's AES. */
const METHOD_AES = 99;

/**
 * Reads a zip in the only way in which no two readers can disagree about it: directory and local headers say the
 * same, and headers, data and directory follow one another without a gap from the first byte to the last.
 *
 * @throws Unaccounted `ambiguous-archive:<rule>`, `encrypted` or `limits-exceeded:files`
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readZipStructure(source: ByteSource, maxMembers: number): Promise<ZipStructure> {
  const end = await readZipEnd(source);
  if (end.entries > maxMembers) throw overLimit('files');
  const entries = readDirectory(await source.read(end.directoryStart, end.directoryEnd), end.entries);
  const members: ZipMember[] = [];
  const remarks: Buffer[] = [];
  let position = 0;
  let { zip64 } = end;
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    while (position < entry.offset) {
      const empty = await emptyRecordLength(source, position);
      if (empty === 0) break;
      position += empty;
    }
    if (entry.offset !== position) throw ambiguous(entry.offset > position ? 'zip-gap' : 'zip-overlap');
    const { member, zip64: local64, extra } = await readLocalHeader(source, entry);
    members.push(member);
    remarks.push(...entry.remarks, ...fieldsOf(extra));
    zip64 ||= entry.zip64 || local64;
    position = member.start + member.compressedSize;
    if (entry.flags & FLAGS.descriptor) position += await descriptorLength(source, entry, position);
  }
  const signatures = { start: position, end: end.directoryStart };
  if (position !== end.directoryStart && !(await isApkSignature(source, position, end.directoryStart))) {
    throw ambiguous('zip-gap');
  }
  const long = remarks.filter(({ length }) => length >= MIN_ARCHIVE);
  return { members, zip64, comment: end.comment, remarks: long, signatures };
}

function readDirectory(bytes: Buffer, count: number): Entry[] {
  const entries: Entry[] = [];
  const names = new Set<string>();
  let at = 0;
  while (at < bytes.length) {
    if (at + CENTRAL.length > bytes.length || bytes.readUInt32LE(at) !== CENTRAL.signature) {
      throw ambiguous('zip-directory');
    }
    const next =
      at + CENTRAL.length + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw ambiguous('zip-directory');
    const entry = readEntry(bytes.subarray(at, next));
    const name = entry.name.toString('latin1');
    if (names.has(name)) throw ambiguous('zip-duplicate-name');
    names.add(name);
    entries.push(entry);
    at = next;
  }
  if (entries.length !== count) throw ambiguous('zip-count');
  return entries;
}

function readEntry(bytes: Buffer): Entry {
  const flags = bytes.readUInt16LE(8);
  const method = bytes.readUInt16LE(10);
  if (flags & (FLAGS.encrypted | FLAGS.strong | FLAGS.masked) || method === METHOD_AES) throw encrypted();
  if (flags & FLAGS.patch) throw ambiguous('zip-patch');
  const nameEnd = CENTRAL.length + bytes.readUInt16LE(28);
  const extraEnd = nameEnd + bytes.readUInt16LE(30);
  const name = bytes.subarray(CENTRAL.length, nameEnd);
  const claimed = {
    size: bytes.readUInt32LE(24),
    compressedSize: bytes.readUInt32LE(20),
    offset: bytes.readUInt32LE(42),
    disk: bytes.readUInt16LE(34),
  };
  const { disk, ...told } = withZip64(claimed, bytes.subarray(nameEnd, extraEnd));
  if (disk !== 0) throw ambiguous('zip-split');
  const zip64 = Object.values(claimed).some((value) => value === FULL_32);
  const remarks = [...fieldsOf(bytes.subarray(nameEnd, extraEnd)), bytes.subarray(extraEnd)];
  return { name, method, flags, crc: bytes.readUInt32LE(16), ...told, zip64, remarks };
}

type Numbers = { size: number; compressedSize: number; offset: number; disk: number };

/** The numbers, those that do not fit taken from the ZIP64 field, where they stand in this order. */
function withZip64<N extends Partial<Numbers>>(numbers: N, extra: Buffer): N {
  const wanted = (['size', 'compressedSize', 'offset'] as const).filter((key) => numbers[key] === FULL_32);
  if (wanted.length === 0) return numbers.disk === FULL_16 ? { ...numbers, disk: 0 } : numbers;
  const field = extraField(extra, ZIP64_EXTRA);
  if (field === undefined || field.length < 8 * wanted.length) throw ambiguous('zip-zip64');
  const read = wanted.map((key, index) => [key, Number(field.readBigUInt64LE(8 * index))] as const);
  return { ...numbers, ...Object.fromEntries(read), ...(numbers.disk === FULL_16 && { disk: 0 }) };
}

function extraField(extra: Buffer, id: number): Buffer | undefined {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === id) found.push(extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2)));
  }
  if (found.length > 1) throw ambiguous('zip-zip64');
  return found[0];
}

/** The data of each field, and what is no field. */
function fieldsOf(extra: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let at = 0;
  while (at + 4 <= extra.length && at + 4 + extra.readUInt16LE(at + 2) <= extra.length) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    fields.push(extra.subarray(at + 4, end));
    at = end;
  }
  return [...fields, extra.subarray(at)];
}

/** Where a member's data begins, if its own header agrees with the directory. */
async function readLocalHeader(
  source: ByteSource,
  entry: Entry,
): Promise<{ member: ZipMember; zip64: boolean; extra: Buffer }> {
  const { offset, flags, ...rest } = entry;
  const header = await source.read(offset, offset + LOCAL.length);
  if (header.length < LOCAL.length || header.readUInt32LE(0) !== LOCAL.signature) throw ambiguous('zip-local-header');
  const nameLength = header.readUInt16LE(26);
  const start = offset + LOCAL.length + nameLength + header.readUInt16LE(28);
  const variable = await source.read(offset + LOCAL.length, start);
  const differs =
    ((header.readUInt16LE(6) ^ flags) & (FLAGS.encrypted | FLAGS.strong | FLAGS.descriptor | FLAGS.masked)) !== 0 ||
    header.readUInt16LE(8) !== entry.method ||
    !variable.subarray(0, nameLength).equals(entry.name);
  if (differs) throw ambiguous('zip-local-header');
  const claimed = { size: header.readUInt32LE(22), compressedSize: header.readUInt32LE(18) };
  const local = withZip64(claimed, variable.subarray(nameLength));
  // A writer that cannot seek leaves zeros here and puts the numbers behind the data.
  const later = (flags & FLAGS.descriptor) !== 0;
  const agrees = (told: number, known: number) => told === known || (later && told === 0);
  if (
    !agrees(local.size, entry.size) ||
    !agrees(local.compressedSize, entry.compressedSize) ||
    !agrees(header.readUInt32LE(14), entry.crc)
  ) {
    throw ambiguous('zip-local-header');
  }
  if (start + entry.compressedSize > source.size) throw ambiguous('zip-overlap');
  const { name, method, compressedSize, size, crc } = rest;
  const zip64 = claimed.size === FULL_32 || claimed.compressedSize === FULL_32;
  const extra = variable.subarray(nameLength);
  return { member: { name, method, start, compressedSize, size, crc }, zip64, extra };
}

/** Length of the descriptor behind a member's data, which comes with or without a signature and in two widths. */
async function descriptorLength(source: ByteSource, entry: Entry, at: number): Promise<number> {
  const bytes = await source.read(at, at + 24);
  const wide = (from: number) => Number(bytes.readBigUInt64LE(from));
  const narrow = (from: number) => bytes.readUInt32LE(from);
  for (const from of [4, 0]) {
    if (from === 4 && (bytes.length < 4 || narrow(0) !== DESCRIPTOR)) continue;
    for (const [read, width] of [
      [narrow, 4],
      [wide, 8],
    ] as const) {
      const length = from + 4 + 2 * width;
      if (bytes.length < length || narrow(from) !== entry.crc) continue;
      if (read(from + 4) !== entry.compressedSize || read(from + 4 + width) !== entry.size) continue;
      // Both widths fit only when the sizes are 0: the one that the next record follows is the one.
      if (await recordFollows(source, at + length)) return length;
    }
  }
  throw ambiguous('zip-descriptor');
}

async function recordFollows(source: ByteSource, at: number): Promise<boolean> {
  const next = await source.read(at, at + 4);
  return (
    next.length === 4 && [LOCAL.signature, CENTRAL.signature, 0x06054b50, 0x06064b50].includes(next.readUInt32LE(0))
  );
}
