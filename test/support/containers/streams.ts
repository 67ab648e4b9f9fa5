import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';
import { pack } from './seven-zip.ts';
import { u32, u64 } from './zip.ts';

/** Formats of one compressed stream. */

export interface GzipHeader {
  readonly extra?: Buffer;
  readonly name?: Buffer;
  readonly comment?: Buffer;
  readonly headerChecksum?: boolean;
  readonly crc?: number;
}

export function gzip(content: Buffer, { extra, name, comment, headerChecksum, crc = crc32(content) }: GzipHeader = {}) {
  const flags = (headerChecksum ? 2 : 0) | (extra ? 4 : 0) | (name ? 8 : 0) | (comment ? 16 : 0);
  const header = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]),
    ...(extra ? [Buffer.from([extra.length & 0xff, extra.length >> 8]), extra] : []),
    ...(name ? [name, Buffer.alloc(1)] : []),
    ...(comment ? [comment, Buffer.alloc(1)] : []),
  ]);
  const checksum = headerChecksum ? u32(crc32(header)).subarray(0, 2) : Buffer.alloc(0);
  return Buffer.concat([header, checksum, deflateRawSync(content), u32(crc, content.length)]);
}

export const bzip2 = (content: Buffer) => pack('bzip2', { a: content });
export const xz = (content: Buffer, ...options: readonly string[]) => pack('xz', { a: content }, ...options);
export const zstd = (content: Buffer) => zstdCompressSync(content);

/** A frame of zstd or LZ4 that decoders pass over. */
export const skippableFrame = (content: Buffer, number = 0) =>
  Buffer.concat([u32(0x184d2a50 + number, content.length), content]);

/** LZMA's own stream, with its end marker, and its properties: out of a zip that 7-Zip packs. */
async function lzmaStream(content: Buffer): Promise<{ properties: Buffer; stream: Buffer }> {
  const zip = await pack('zip', { a: content }, '-mm=LZMA:d=64k');
  const start = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  const data = zip.subarray(start, start + zip.readUInt32LE(18));
  return { properties: data.subarray(4, 9), stream: data.subarray(9) };
}

/** @see https://github.com/jljusten/LZMA-SDK/blob/master/DOC/lzma-specification.txt */
export async function lzmaAlone(content: Buffer, sizeKnown = true): Promise<Buffer> {
  const { properties, stream } = await lzmaStream(content);
  return Buffer.concat([properties, sizeKnown ? u64(content.length) : Buffer.alloc(8, 0xff), stream]);
}

/** @see https://www.nongnu.org/lzip/manual/lzip_manual.html#File-format */
export async function lzip(content: Buffer): Promise<Buffer> {
  const { stream } = await lzmaStream(content);
  const head = Buffer.from([...Buffer.from('LZIP'), 1, 16]); // a dictionary of 2^16 bytes
  return Buffer.concat([head, stream, u32(crc32(content)), u64(content.length, stream.length + 26)]);
}

/** compress(1), by codes of nine bits; at most 250 bytes, behind which they would grow. */
export function compressZ(content: Buffer): Buffer {
  if (content.length > 250) throw new RangeError('too long for codes of nine bits');
  let bits = 0;
  const packed = Buffer.alloc(Math.ceil((content.length * 9) / 8));
  for (const code of content) {
    const at = bits >> 3;
    const shifted = code << (bits & 7);
    packed[at] = (packed[at] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) packed[at + 1] = (packed[at + 1] ?? 0) | (shifted >> 8);
    bits += 9;
  }
  return Buffer.concat([Buffer.from([0x1f, 0x9d, 0x90]), packed]);
}

/**
 * A block of LZ4 in which the two halves of the line stand apart; only a decoder puts them together.
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
function lz4Block(line: Buffer): Buffer {
  const half = line.length >> 1;
  const [first, second] = [line.subarray(0, half), line.subarray(half)];
  const literals = Buffer.concat([first, Buffer.from('-----'), second, Buffer.from('-----')]);
  const sequence = (literal: Buffer, offset: number, match: number) =>
    Buffer.concat([
      Buffer.from([0xf0 | Math.min(15, match - 4)]),
      more(literal.length - 15),
      literal,
      Buffer.from([offset & 0xff, offset >> 8]),
      ...(match - 4 >= 15 ? [more(match - 4 - 15)] : []),
    ]);
  const filler = Buffer.alloc(16, 0x2e);
  return Buffer.concat([
    sequence(literals, literals.length, first.length),
    Buffer.from([Math.min(15, second.length - 4)]),
    Buffer.from([(second.length + 5 + first.length) & 0xff, (second.length + 5 + first.length) >> 8]),
    ...(second.length - 4 >= 15 ? [more(second.length - 4 - 15)] : []),
    Buffer.from([0xf0]),
    more(filler.length - 15),
    filler,
  ]);
}

function more(length: number): Buffer {
  return Buffer.from([...Array.from({ length: Math.floor(length / 255) }, () => 255), length % 255]);
}

/** @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md */
export function lz4(line: Buffer): Buffer {
  const block = lz4Block(line);
  // Version 1, independent blocks, no checksums but the header's own, which is xxHash's of these two bytes.
  return Buffer.concat([u32(0x184d2204), Buffer.from([0x60, 0x40, 0x82]), u32(block.length), block, u32(0)]);
}

export function lz4Legacy(line: Buffer): Buffer {
  const block = lz4Block(line);
  return Buffer.concat([u32(0x184c2102, block.length), block]);
}
