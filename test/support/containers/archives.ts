import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { u16, u32 } from './zip.ts';

/** Archives of one file, as few bytes as their readers take. */

const even = (bytes: Buffer, unit: number) =>
  Buffer.concat([bytes, Buffer.alloc((unit - (bytes.length % unit)) % unit)]);

const hex8 = (value: number) => value.toString(16).padStart(8, '0');
const oct = (value: number, digits: number) => value.toString(8).padStart(digits, '0');

/** `newc`, as RPM and the kernel use it; `crc` is the same with a sum of the bytes. */
export function cpioNew(name: string, content: Buffer, magic: '070701' | '070702' = '070701'): Buffer {
  const entry = (path: string, data: Buffer, mode: number) => {
    const sum = magic === '070702' ? data.reduce((total, byte) => total + byte, 0) : 0;
    const numbers = [1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, path.length + 1, sum];
    const head = Buffer.from(`${magic}${numbers.map(hex8).join('')}${path}\0`);
    return Buffer.concat([even(head, 4), even(data, 4)]);
  };
  return even(Buffer.concat([entry(name, content, 0o100644), entry('TRAILER!!!', Buffer.alloc(0), 0)]), 512);
}

export function cpioOdc(name: string, content: Buffer): Buffer {
  const entry = (path: string, data: Buffer, mode: number) => {
    const numbers = [1, 1, mode, 0, 0, 1, 0].map((value) => oct(value, 6)).join('');
    const head = `070707${numbers}${oct(0, 11)}${oct(path.length + 1, 6)}${oct(data.length, 11)}${path}\0`;
    return Buffer.concat([Buffer.from(head), data]);
  };
  return even(Buffer.concat([entry(name, content, 0o100644), entry('TRAILER!!!', Buffer.alloc(0), 0)]), 512);
}

export function cpioBinary(name: string, content: Buffer): Buffer {
  const entry = (path: string, data: Buffer, mode: number) => {
    const numbers = [0o070707, 1, 1, mode, 0, 0, 1, 0, 0, 0, path.length + 1, data.length >> 16, data.length & 0xffff];
    return Buffer.concat([u16(...numbers), even(Buffer.from(`${path}\0`), 2), even(data, 2)]);
  };
  return even(Buffer.concat([entry(name, content, 0o100644), entry('TRAILER!!!', Buffer.alloc(0), 0)]), 512);
}

export function ar(files: Readonly<Record<string, Buffer>>): Buffer {
  const entry = ([name, content]: [string, Buffer]) => {
    const fields = [`${name}/`.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
    const head = `${fields.join('')}${String(content.length).padEnd(10)}\`\n`;
    return Buffer.concat([Buffer.from(head), content, Buffer.from(content.length % 2 === 1 ? '\n' : '')]);
  };
  return Buffer.concat([Buffer.from('!<arch>\n'), ...Object.entries(files).map(entry)]);
}

/** One file of LHA: a header of level 0, nothing compressed. */
export function lzh(name: string, content: Buffer): Buffer {
  const fields = Buffer.concat([
    Buffer.from('-lh0-'),
    u32(content.length, content.length, 0x5a21_0000),
    Buffer.from([0x20, 0, name.length]),
    Buffer.from(name),
    u16(crc16(content)),
  ]);
  const sum = fields.reduce((total, byte) => (total + byte) & 0xff, 0);
  return Buffer.concat([Buffer.from([fields.length, sum]), fields, content, Buffer.alloc(1)]);
}

function crc16(bytes: Buffer): number {
  return bytes.reduce((crc, byte) => {
    let value = crc ^ byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xa001 : value >>> 1;
    return value;
  }, 0);
}

/** @see https://github.com/FarGroup/FarManager/blob/master/plugins/multiarc/arc.doc/arj.txt */
export function arj(name: string, content: Buffer): Buffer {
  const header = (type: number, path: string, sizes: Buffer) => {
    const fixed = Buffer.concat([
      Buffer.from([30, 11, 1, 2, 0, 0, type, 0]),
      u32(0x5a21_0000),
      sizes,
      u16(0, 0o644, 0),
    ]);
    const bytes = Buffer.concat([fixed, Buffer.from(`${path}\0\0`)]);
    return Buffer.concat([Buffer.from([0x60, 0xea]), u16(bytes.length), bytes, u32(crc32(bytes)), u16(0)]);
  };
  const sizes = u32(content.length, content.length, crc32(content));
  return Buffer.concat([
    header(2, 'a.arj', Buffer.alloc(12)),
    header(0, name, sizes),
    content,
    Buffer.from('60ea0000', 'hex'),
  ]);
}

/** @see https://learn.microsoft.com/previous-versions/bb417343(v=msdn.10) */
export function cab(name: string, content: Buffer, compressed = true): Buffer {
  const data = compressed ? Buffer.concat([Buffer.from('CK'), deflateRawSync(content)]) : content;
  const file = Buffer.concat([u32(content.length, 0), u16(0, 0x5a21, 0, 0x20), Buffer.from(`${name}\0`)]);
  const filesAt = 36 + 8;
  const dataAt = filesAt + file.length;
  const block = Buffer.concat([u32(0), u16(data.length, content.length), data]);
  const folder = Buffer.concat([u32(dataAt), u16(1, compressed ? 1 : 0)]);
  const head = Buffer.concat([
    Buffer.from('MSCF'),
    u32(0, dataAt + block.length, 0, filesAt, 0),
    Buffer.from([3, 1]),
    u16(1, 1, 0, 1, 0),
  ]);
  return Buffer.concat([head, folder, file, block]);
}

/** @see https://en.wikipedia.org/wiki/Xar_(archiver) */
export function xar(name: string, content: Buffer): Buffer {
  const sha1 = createHash('sha1').update(content).digest('hex');
  const data = `<data><length>${content.length}</length><offset>20</offset><size>${content.length}</size><encoding style="application/octet-stream"/><archived-checksum style="sha1">${sha1}</archived-checksum><extracted-checksum style="sha1">${sha1}</extracted-checksum></data>`;
  const xml = `<?xml version="1.0" encoding="UTF-8"?><xar><toc><checksum style="sha1"><offset>0</offset><size>20</size></checksum><file id="1"><name>${name}</name><type>file</type>${data}</file></toc></xar>`;
  const toc = deflateSync(xml);
  const head = Buffer.alloc(28);
  head.write('xar!');
  head.writeUInt16BE(28, 4);
  head.writeUInt16BE(1, 6);
  head.writeBigUInt64BE(BigInt(toc.length), 8);
  head.writeBigUInt64BE(BigInt(xml.length), 16);
  head.writeUInt32BE(1, 24);
  return Buffer.concat([head, toc, createHash('sha1').update(toc).digest(), content]);
}

/** ISO 9660 with one file in its root. */
export function iso(name: string, content: Buffer): Buffer {
  const sector = 2048;
  const both16 = (value: number) => Buffer.from([value & 0xff, value >> 8, value >> 8, value & 0xff]);
  const both32 = (value: number) => Buffer.concat([u32(value), u32(value).reverse()]);
  const record = (id: Buffer, at: number, size: number, flags: number) => {
    const bytes = Buffer.concat([
      Buffer.from([0, 0]),
      both32(at),
      both32(size),
      Buffer.from([125, 1, 1, 0, 0, 0, 0, flags, 0, 0]),
      both16(1),
      Buffer.from([id.length]),
      id,
      Buffer.alloc(id.length % 2 === 0 ? 1 : 0),
    ]);
    bytes[0] = bytes.length;
    return bytes;
  };
  const root = record(Buffer.from([0]), 18, sector, 2);
  const sectors = 19 + Math.ceil(content.length / sector);
  const volume = Buffer.alloc(sector);
  volume.write('\x01CD001\x01');
  volume.fill(' ', 8, 72);
  both32(sectors).copy(volume, 80);
  both16(1).copy(volume, 120);
  both16(1).copy(volume, 124);
  both16(sector).copy(volume, 128);
  root.copy(volume, 156);
  volume[881] = 1;
  const end = Buffer.alloc(sector);
  end.write('\xffCD001\x01', 'latin1');
  const folder = Buffer.concat([
    root,
    record(Buffer.from([1]), 18, sector, 2),
    record(Buffer.from(`${name.toUpperCase()};1`), 19, content.length, 0),
  ]);
  return Buffer.concat([Buffer.alloc(16 * sector), volume, end, even(folder, sector), even(content, sector)]);
}

export interface RarOptions {
  /** Headers under a password. */
  readonly headersEncrypted?: boolean;
  /** The file under a password. */
  readonly fileEncrypted?: boolean;
  /** A volume of several. */
  readonly volume?: boolean;
}

/**
 * RAR 4, the file stored.
 * @see https://codedread.github.io/bitjs/docs/unrar.html
 */
export function rar4(name: string, content: Buffer, options: RarOptions = {}): Buffer {
  const { headersEncrypted = false, fileEncrypted = false, volume = false } = options;
  const block = (type: number, flags: number, rest: Buffer) => {
    const bytes = Buffer.concat([Buffer.from([type]), u16(flags, rest.length + 7), rest]);
    return Buffer.concat([u16(crc32(bytes) & 0xffff), bytes]);
  };
  const file = Buffer.concat([
    u32(content.length, content.length),
    Buffer.from([3]),
    u32(crc32(content), 0x5a21_0000),
    Buffer.from([29, 0x30]),
    u16(name.length),
    u32(0o100644),
    Buffer.from(name),
  ]);
  return Buffer.concat([
    Buffer.from('Rar!\x1a\x07\x00'),
    block(0x73, (headersEncrypted ? 0x80 : 0) | (volume ? 0x11 : 0), Buffer.alloc(6)),
    ...(headersEncrypted
      ? [content]
      : [
          block(0x74, 0x8000 | (fileEncrypted ? 4 : 0) | (volume ? 2 : 0), file),
          content,
          block(0x7b, 0x4000, Buffer.alloc(0)),
        ]),
  ]);
}

/**
 * RAR 5, the file stored.
 * @see https://www.rarlab.com/technote.htm
 */
export function rar5(
  name: string,
  content: Buffer,
  { headersEncrypted, fileEncrypted, volume }: RarOptions = {},
): Buffer {
  const block = (...fields: readonly Buffer[]) => {
    const header = Buffer.concat(fields);
    const bytes = Buffer.concat([vint(header.length), header]);
    return Buffer.concat([u32(crc32(bytes)), bytes]);
  };
  const salt = createHash('sha256').update(name).digest();
  const encryption = Buffer.concat([vint(1), vint(0), vint(0), Buffer.from([15]), salt.subarray(0, 32)]);
  const extra = fileEncrypted ? Buffer.concat([vint(encryption.length), encryption]) : Buffer.alloc(0);
  const file = [
    vint(2), // a file
    vint((fileEncrypted ? 1 : 0) | 2 | (volume ? 0x10 : 0)),
    ...(fileEncrypted ? [vint(extra.length)] : []),
    vint(content.length),
    vint(4), // with a checksum
    vint(content.length),
    vint(0o100644),
    u32(crc32(content)),
    vint(0), // stored
    vint(1), // on Unix
    vint(name.length),
    Buffer.from(name),
    extra,
  ];
  const end = block(vint(5), vint(0), vint(volume ? 1 : 0));
  return Buffer.concat([
    Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'),
    ...(headersEncrypted ? [block(vint(4), vint(0), vint(0), vint(0), Buffer.from([15]), salt.subarray(0, 16))] : []),
    block(vint(1), vint(0), vint(volume ? 1 : 0)),
    block(...file),
    content,
    end,
  ]);
}

function vint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** RPM's first two headers, empty, and a cpio under gzip behind them. */
export function rpm(payload: Buffer): Buffer {
  const lead = Buffer.alloc(96);
  Buffer.from('edabeedb0300', 'hex').copy(lead);
  lead.writeUInt16BE(5, 78);
  const header = Buffer.concat([
    Buffer.from('8eade80100000000', 'hex'),
    Buffer.from('0000000100000010', 'hex'),
    Buffer.from('000003e8000000070000000000000010', 'hex'),
    Buffer.alloc(16),
  ]);
  return Buffer.concat([lead, header, header, payload]);
}

/** WARC: one response, nothing compressed. */
export function warc(content: Buffer): Buffer {
  const head = `WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: ${content.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n\r\n')]);
}
