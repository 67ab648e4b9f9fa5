import { crc32, deflateRawSync } from 'node:zlib';

/** One of the two headers that tell of a member, in its numbers. */
export interface ZipHeader {
  readonly name: Buffer;
  readonly version: number;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly extra: Buffer;
}

export interface ZipMember {
  readonly name: Buffer | string;
  readonly content: Buffer;
  /** What stands in the archive; by default the content, deflated. */
  readonly data?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  readonly extra?: Buffer;
  /** What the header before the data says otherwise. */
  readonly local?: Partial<ZipHeader>;
  /** What the directory says otherwise. */
  readonly central?: Partial<ZipHeader & { offset: number; disk: number; attributes: number }>;
  /** Bytes in front of the member that belong to nothing. */
  readonly before?: Buffer;
  /** What stands behind the data, where the flag of a descriptor is set. */
  readonly descriptor?: Buffer;
  /** Whether the directory has it. */
  readonly listed?: boolean;
}

export interface ZipEnd {
  readonly comment?: Buffer;
  readonly prefix?: Buffer;
  /** In front of the directory. */
  readonly gap?: Buffer;
  readonly suffix?: Buffer;
  readonly count?: number;
  readonly disks?: number;
  readonly directoryStart?: number;
  readonly directoryBytes?: number;
  /** With the records of ZIP64 at the end. */
  readonly zip64?: boolean;
}

export const FLAG = { encrypted: 1, descriptor: 8, patched: 32, strong: 64, utf8: 1 << 11, masked: 1 << 13 } as const;

export const u16 = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(2 * numbers.length);
  numbers.forEach((number, index) => void bytes.writeUInt16LE(number, 2 * index));
  return bytes;
};
export const u32 = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => void bytes.writeUInt32LE(number >>> 0, 4 * index));
  return bytes;
};
export const u64 = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, index) => void bytes.writeBigUInt64LE(BigInt(number), 8 * index));
  return bytes;
};

export const extraField = (id: number, data: Buffer): Buffer => Buffer.concat([u16(id, data.length), data]);

export const stored = (name: string, content: Buffer): ZipMember => ({ name, content, method: 0 });

/** A zip, with whatever is wrong with it. */
export function zipOf(members: readonly ZipMember[], end: ZipEnd = {}): Buffer {
  const body: Buffer[] = [end.prefix ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let position = 0;
  for (const member of members) {
    const { content, method = 8, flags = 0, before = Buffer.alloc(0), extra = Buffer.alloc(0) } = member;
    const data = member.data ?? (method === 8 ? deflateRawSync(content) : content);
    const told: ZipHeader = {
      name: Buffer.from(member.name),
      version: 20,
      flags,
      method,
      crc: crc32(content),
      compressedSize: data.length,
      size: content.length,
      extra,
    };
    const later = flags & FLAG.descriptor ? { crc: 0, compressedSize: 0, size: 0 } : {};
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), headerOf({ ...told, ...later, ...member.local })]);
    const descriptor =
      member.descriptor ??
      (flags & FLAG.descriptor
        ? Buffer.concat([Buffer.from('PK\x07\x08'), u32(told.crc, data.length, content.length)])
        : Buffer.alloc(0));
    const central = { offset: position + before.length, disk: 0, attributes: 0, ...told, ...member.central };
    if (member.listed !== false) directory.push(centralOf(central));
    body.push(before, local, data, descriptor);
    position += before.length + local.length + data.length + descriptor.length;
  }
  const gap = end.gap ?? Buffer.alloc(0);
  const records = Buffer.concat(directory);
  const start = end.directoryStart ?? position + gap.length;
  return Buffer.concat([...body, gap, records, endOf(directory.length, records.length, start, end)]);
}

function headerOf(header: ZipHeader): Buffer {
  return Buffer.concat([
    u16(header.version, header.flags, header.method, 0, 0x5a21),
    u32(header.crc, header.compressedSize, header.size),
    u16(header.name.length, header.extra.length),
    header.name,
    header.extra,
  ]);
}

function centralOf(header: ZipHeader & { offset: number; disk: number; attributes: number }): Buffer {
  const { name, extra, disk, attributes, offset } = header;
  const made = attributes === 0 ? 20 : 0x0314; // with attributes, on Unix
  return Buffer.concat([
    Buffer.from('PK\x01\x02'),
    u16(made, header.version, header.flags, header.method, 0, 0x5a21),
    u32(header.crc, header.compressedSize, header.size),
    u16(name.length, extra.length, 0, disk, 0),
    u32(attributes, offset),
    name,
    extra,
  ]);
}

function endOf(entries: number, bytes: number, start: number, end: ZipEnd): Buffer {
  const { comment = Buffer.alloc(0), suffix = Buffer.alloc(0), count = entries, disks = 0, zip64 = false } = end;
  const length = end.directoryBytes ?? bytes;
  const record64 = Buffer.concat([
    Buffer.from('PK\x06\x06'),
    u64(44),
    u16(45, 45),
    u32(0, 0),
    u64(count, count, length, start),
    Buffer.from('PK\x06\x07'),
    u32(0),
    u64(start + bytes),
    u32(1),
  ]);
  return Buffer.concat([
    ...(zip64 ? [record64] : []),
    Buffer.from('PK\x05\x06'),
    u16(disks, 0, zip64 ? 0xffff : count, zip64 ? 0xffff : count),
    zip64 ? u32(0xffffffff, 0xffffffff) : u32(length, start),
    u16(comment.length),
    comment,
    suffix,
  ]);
}

/** An ordinary zip of one file. */
export const plainZip = (name: string, content: Buffer): Buffer => zipOf([{ name, content }]);
