import { crc32 } from 'node:zlib';
import { pack } from './seven-zip.ts';
import { u32, u64 } from './zip.ts';

const UNIT = 2 * 1024 * 1024;

/**
 * A 7z with one solid block: these bytes, then zeros, each a file. Of LZMA2 a block can be made of units that do not
 * know of each other, so one of zeros is packed once and comes as often as it takes.
 */
export async function solidBlock(first: Buffer, zeros: number): Promise<Buffer> {
  const count = Math.ceil(zeros / UNIT);
  const head = await lzma2(Buffer.concat([first, Buffer.alloc(UNIT - first.length)]));
  const unit = await lzma2(Buffer.alloc(UNIT));
  const packed = Buffer.concat([head, ...Array.from({ length: count }, () => unit), Buffer.alloc(1)]);
  const size = UNIT * (count + 1);
  const names = Buffer.from('a.txt\0zeros\0', 'utf16le');
  const header = Buffer.concat([
    Buffer.from([0x01, 0x04]),
    Buffer.from([0x06]), // what is packed
    number(0),
    number(1),
    Buffer.from([0x09]),
    number(packed.length),
    Buffer.from([0x00]),
    Buffer.from([0x07, 0x0b, 0x01, 0x00, 0x01, 0x21, 0x21, 0x01, 28, 0x0c]), // LZMA2 with 64 MiB
    number(size),
    Buffer.from([0x00]),
    Buffer.from([0x08, 0x0d]), // two files in the block
    number(2),
    Buffer.from([0x09]),
    number(first.length),
    Buffer.from([0x00, 0x00]),
    Buffer.from([0x05]),
    number(2),
    Buffer.from([0x11]),
    number(names.length + 1),
    Buffer.from([0x00]),
    names,
    Buffer.from([0x00, 0x00]),
  ]);
  const start = Buffer.concat([u64(packed.length, header.length), u32(crc32(header))]);
  const signature = Buffer.from('377abcaf271c0004', 'hex');
  return Buffer.concat([signature, u32(crc32(start)), start, packed, header]);
}

/** One unit: without the byte that ends a stream. */
async function lzma2(content: Buffer): Promise<Buffer> {
  const archive = await pack('7z', { a: content }, '-m0=LZMA2:d=64m', '-mhc=off');
  const bytes = Number(archive.readBigUInt64LE(12));
  return archive.subarray(32, 32 + bytes - 1);
}

/** 7-Zip's numbers: as many leading ones in the first byte as bytes follow. */
function number(value: number): Buffer {
  if (value < 0x80) return Buffer.from([value]);
  return Buffer.concat([Buffer.from([0xff]), u64(value)]);
}
