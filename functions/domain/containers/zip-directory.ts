import { ambiguous, encrypted } from './unaccounted.ts';

/** What the directory of a zip says about one member. */
export interface ZipEntry {
  /** Bytes of the name, in whatever encoding. */
  readonly name: Buffer;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
  readonly flags: number;
  /** Of its local header. */
  readonly offset: number;
  /** Whether any of these is in ZIP64 fields. */
  readonly zip64: boolean;
  /** Its extra fields and its comment, each on its own. */
  readonly remarks: readonly Buffer[];
}

export const CENTRAL = { signature: 0x02014b50, length: 46 } as const;
const ZIP64_EXTRA = 1;
export const FULL_32 = 0xffffffff;
const FULL_16 = 0xffff;

export const FLAGS = { encrypted: 1 << 0, descriptor: 1 << 3, patch: 1 << 5, strong: 1 << 6, masked: 1 << 13 } as const;
/** WinZip's AES. */
const METHOD_AES = 99;

/** @throws Unaccounted `ambiguous-archive:<rule>`, or `encrypted` */
export function readDirectory(bytes: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  while (at < bytes.length) {
    if (entries.length === count) throw ambiguous('zip-count');
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

function readEntry(bytes: Buffer): ZipEntry {
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
export function withZip64<N extends Partial<Numbers>>(numbers: N, extra: Buffer): N {
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
export function fieldsOf(extra: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let at = 0;
  while (at + 4 <= extra.length && at + 4 + extra.readUInt16LE(at + 2) <= extra.length) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    fields.push(extra.subarray(at + 4, end));
    at = end;
  }
  return [...fields, extra.subarray(at)];
}
