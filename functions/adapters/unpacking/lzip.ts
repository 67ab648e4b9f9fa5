import { crc32 } from 'node:zlib';
import { type ByteSource, CHUNK_BYTES, prefixed, sliceOf } from '../../domain/containers/byte-source.ts';
import { ambiguous } from '../../domain/containers/unaccounted.ts';
import type { Sink } from './decoders.ts';

const HEADER_BYTES = 6;
const TRAILER_BYTES = 20;
/** The smallest member: header, five bytes of the range coder and the end marker, trailer. */
const MIN_MEMBER_BYTES = 36;
/** lzip's fixed parameters: 3 literal context bits, 2 position bits. */
const PROPERTIES = 0x5d;

interface Member {
  readonly start: number;
  readonly end: number;
  readonly dictionary: number;
  readonly crc: number;
  readonly size: number;
}

/**
 * Writes the content of all members of an lzip file to the sink. lzip's members are streams of LZMA in a frame of
 * their own; `lzma` decodes them in LZMA's old format.
 *
 * @throws Unaccounted when a member is broken, its size or checksum is another, or the file ends in anything else
 * @see https://www.nongnu.org/lzip/manual/lzip_manual.html#File-format
 */
export async function decodeLzip(
  source: ByteSource,
  sink: Sink,
  lzma: (stream: ByteSource) => Promise<ByteSource>,
): Promise<void> {
  for (const { start, end, dictionary, crc, size } of await membersOf(source)) {
    const header = Buffer.alloc(13, 0xff);
    header[0] = PROPERTIES;
    // 7-Zip takes only sizes that LZMA's own encoder writes; a larger dictionary decodes the same.
    header.writeUInt32LE(2 ** Math.ceil(Math.log2(dictionary)), 1);
    // The size is left open: the stream says by a marker where it ends.
    const content = await lzma(prefixed(header, sliceOf(source, start + HEADER_BYTES, end - TRAILER_BYTES)));
    let checksum = 0;
    for (let at = 0; at < content.size; at += CHUNK_BYTES) {
      const bytes = await content.read(at, at + CHUNK_BYTES);
      checksum = crc32(bytes, checksum);
      await sink.write(bytes);
    }
    if (content.size !== size || checksum !== crc) throw ambiguous('lzip-checksum');
  }
}

/** Only the end of a member says how long it is, so they are found from the last to the first. */
async function membersOf(source: ByteSource): Promise<Member[]> {
  const members: Member[] = [];
  for (let end = source.size; end > 0; ) {
    const trailer = await source.read(end - TRAILER_BYTES, end);
    const length = end < MIN_MEMBER_BYTES ? 0 : Number(trailer.readBigUInt64LE(12));
    if (length < MIN_MEMBER_BYTES || length > end) throw ambiguous('lzip-broken');
    const start = end - length;
    const dictionary = dictionaryOf(await source.read(start, start + HEADER_BYTES));
    const size = Number(trailer.readBigUInt64LE(4));
    members.push({ start, end, dictionary, crc: trailer.readUInt32LE(0), size });
    end = start;
  }
  return members.reverse();
}

function dictionaryOf(header: Buffer): number {
  if (header.toString('latin1', 0, 5) !== 'LZIP\x01') throw ambiguous('lzip-broken');
  const coded = header[5] ?? 0;
  const base = 2 ** (coded & 0x1f);
  const size = base - (base / 16) * (coded >> 5);
  if (size < 2 ** 12 || size > 2 ** 29) throw ambiguous('lzip-broken');
  return size;
}
