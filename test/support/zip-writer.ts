import { crc32, deflateRawSync } from 'node:zlib';

/** The numbers that stand in both headers of a member. */
interface Fields {
  flags: number;
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  name: Buffer;
  extra: Buffer;
}

export interface ZipWriterEntry {
  readonly name?: string;
  readonly content?: Buffer | string;
  readonly method?: number;
  readonly flags?: number;
  /** Written as it is, whatever the method. */
  readonly data?: Buffer;
  /** What a header says instead. */
  readonly local?: Partial<Fields>;
  readonly central?: Partial<Fields & { offset: number; disk: number; comment: Buffer }>;
  readonly descriptor?: Buffer;
  /** Before the local header. */
  readonly gap?: Buffer;
}

export interface ZipWriterEnd {
  readonly comment?: Buffer;
  /** Between the last member and the directory. */
  readonly gap?: Buffer;
  /** Instead of the end records. */
  readonly end?: (directory: { entries: number; length: number; start: number }) => Buffer;
}

/** A zip that may contradict itself, and is an ordinary one when nothing of that is asked for. */
export function writeZip(entries: readonly ZipWriterEntry[], { comment, gap, end }: ZipWriterEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const push = (bytes: Buffer) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const entry of entries) {
    push(entry.gap ?? Buffer.alloc(0));
    const { fields, data } = fieldsOf(entry);
    const offset = at;
    push(localHeader({ ...fields, ...entry.local }));
    push(data);
    push(entry.descriptor ?? Buffer.alloc(0));
    directory.push(centralHeader({ ...fields, offset, disk: 0, comment: Buffer.alloc(0), ...entry.central }));
  }
  push(gap ?? Buffer.alloc(0));
  const start = at;
  for (const header of directory) push(header);
  const numbers = { entries: entries.length, length: at - start, start };
  push(end === undefined ? endRecord(numbers, comment) : end(numbers));
  return Buffer.concat(parts);
}

function fieldsOf({ name = 'a', content = 'content', method = 0, flags = 0, data }: ZipWriterEntry) {
  const plain = Buffer.from(content);
  const written = data ?? (method === 8 ? deflateRawSync(plain) : plain);
  const fields: Fields = {
    flags,
    method,
    crc: crc32(plain),
    compressedSize: written.length,
    size: plain.length,
    name: Buffer.from(name),
    extra: Buffer.alloc(0),
  };
  return { fields, data: written };
}

/** From the version that is needed to the lengths of name and extra field: the same in both headers. */
function common({ flags, method, crc, compressedSize, size, name, extra }: Fields): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(flags, 2);
  bytes.writeUInt16LE(method, 4);
  bytes.writeUInt32LE(crc, 10);
  bytes.writeUInt32LE(compressedSize, 14);
  bytes.writeUInt32LE(size, 18);
  bytes.writeUInt16LE(name.length, 22);
  bytes.writeUInt16LE(extra.length, 24);
  return bytes;
}

function localHeader(fields: Fields): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04'), common(fields), fields.name, fields.extra]);
}

function centralHeader(fields: Fields & { offset: number; disk: number; comment: Buffer }): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt16LE(fields.comment.length, 0);
  tail.writeUInt16LE(fields.disk, 2);
  tail.writeUInt32LE(fields.offset, 10);
  return Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00'),
    common(fields),
    tail,
    fields.name,
    fields.extra,
    fields.comment,
  ]);
}

export function endRecord(
  { entries, length, start, here = entries }: { entries: number; length: number; start: number; here?: number },
  comment: Buffer = Buffer.alloc(0),
): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.write('PK\x05\x06', 'latin1');
  bytes.writeUInt16LE(here, 8);
  bytes.writeUInt16LE(entries, 10);
  bytes.writeUInt32LE(length, 12);
  bytes.writeUInt32LE(start, 16);
  bytes.writeUInt16LE(comment.length, 20);
  return Buffer.concat([bytes, comment]);
}

/** The records of a large zip: an end in 64 bits, and one that tells where it is. */
export function endRecord64({ entries, length, start }: { entries: number; length: number; start: number }): Buffer {
  const end = Buffer.alloc(56);
  end.write('PK\x06\x06', 'latin1');
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(entries), 24);
  end.writeBigUInt64LE(BigInt(entries), 32);
  end.writeBigUInt64LE(BigInt(length), 40);
  end.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end, locator]);
}

/** Behind data whose lengths were not known before: signed or not, of either width. */
export function descriptor(content: Buffer, compressed: number, { signed = true, width = 4 } = {}): Buffer {
  const bytes = Buffer.alloc(4 + 2 * width);
  bytes.writeUInt32LE(crc32(content), 0);
  for (const [index, value] of [compressed, content.length].entries()) {
    bytes.writeUIntLE(value, 4 + index * width, Math.min(6, width));
  }
  return signed ? Buffer.concat([Buffer.from('PK\x07\x08'), bytes]) : bytes;
}

/** An extra field of ZIP64 with these numbers. */
export function extra64(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 8 * values.length);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return bytes;
}
