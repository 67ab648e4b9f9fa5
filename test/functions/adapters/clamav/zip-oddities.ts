import { crc32 } from 'node:zlib';

const LOCAL = Buffer.from('PK\x03\x04');
const CENTRAL = Buffer.from('PK\x01\x02');

/** Sets a general purpose flag on the first entry, in both its headers. */
export function withFlag(zip: Buffer, flag: number): Buffer {
  return patched(zip, LOCAL, 6, (value) => value | flag, CENTRAL, 8);
}

/** Claims another compression method for the first entry, in both its headers. */
export function withMethod(zip: Buffer, method: number): Buffer {
  return patched(zip, LOCAL, 8, () => method, CENTRAL, 10);
}

function patched(
  zip: Buffer,
  local: Buffer,
  localOffset: number,
  change: (value: number) => number,
  central: Buffer,
  centralOffset: number,
): Buffer {
  const copy = Buffer.from(zip);
  for (const position of [copy.indexOf(local) + localOffset, copy.indexOf(central) + centralOffset]) {
    copy.writeUInt16LE(change(copy.readUInt16LE(position)), position);
  }
  return copy;
}

/** Stored entries named by their index; made in one go, where a zip writer takes seconds for thousands. */
export function storedZip(contents: readonly Buffer[]): Buffer {
  return assemble(contents.map((content, index) => entry(String(index), content, content.length, Buffer.alloc(0))));
}

/** One stored entry whose sizes stand in ZIP64 fields only, as `zip -fz` and streaming writers make it. */
export function zip64(content: Buffer, name = 'a.txt'): Buffer {
  const sizes = Buffer.alloc(20);
  sizes.writeUInt16LE(1, 0);
  sizes.writeUInt16LE(16, 2);
  sizes.writeBigUInt64LE(BigInt(content.length), 4);
  sizes.writeBigUInt64LE(BigInt(content.length), 12);
  return assemble([entry(name, content, 0xffffffff, sizes)]);
}

interface Entry {
  readonly fields: Buffer;
  readonly name: string;
  readonly extra: Buffer;
  readonly content: Buffer;
}

function entry(name: string, content: Buffer, size: number, extra: Buffer): Entry {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(45, 0);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(size, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra.length, 24);
  return { fields, name, extra, content };
}

function assemble(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { fields, name, extra, content } of entries) {
    const local = Buffer.concat([LOCAL, fields, Buffer.from(name), extra, content]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    parts.push(local);
    directory.push(Buffer.concat([CENTRAL, Buffer.from([45, 0]), fields, tail, Buffer.from(name), extra]));
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
