import { crc32 } from 'node:zlib';
import { type ByteSource, CHUNK_BYTES } from '../../domain/containers/byte-source.ts';
import { ambiguous } from '../../domain/containers/unaccounted.ts';
import { IN_MEMORY_BYTES, inflateAtOnce, inflateInChunks, type Sink } from './decoders.ts';
import { gzipHeaderLength } from './gzip-header.ts';

const MAGIC = Buffer.from([0x1f, 0x8b]);
const TRAILER_BYTES = 8;
/** Writers that glue members together make them smaller than this: bgzip's have 64 KiB at most. */
const SMALL_BYTES = 131_072;
/** zlib's own. */
const USUAL_CHUNK = 16_384;
/** With the longest extra field, and names that no file system allows. */
const MAX_HEADER_BYTES = 73_728;

/**
 * Writes the content of all members of a gzip file to the sink.
 *
 * @returns how many members there are
 * @throws Unaccounted when they are broken, or other bytes than zeros stand behind the last one
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3
 */
export async function decodeGzip(source: ByteSource, sink: Sink): Promise<number> {
  const window = windowOn(source);
  let position = 0;
  let members = 0;
  for (; position < source.size; members++) {
    if (!(await window(position, MAGIC.length)).equals(MAGIC)) {
      await onlyPadding(source, position);
      break;
    }
    position = await decodeMember(source, window, position, sink);
  }
  return members;
}

type Window = (start: number, length: number) => Promise<Buffer>;

/** Reads on from where it was in one piece: there may be a million members of a few bytes. */
function windowOn(source: ByteSource): Window {
  let from = 0;
  let bytes: Buffer = Buffer.alloc(0);
  return async (start, length) => {
    if (from + bytes.length < Math.min(source.size, start + length)) {
      from = start;
      bytes = await source.read(start, start + CHUNK_BYTES);
    }
    return bytes.subarray(start - from, start - from + length);
  };
}

/** @returns where the member ends */
async function decodeMember(source: ByteSource, window: Window, start: number, sink: Sink): Promise<number> {
  const data = start + gzipHeaderLength(await window(start, MAX_HEADER_BYTES));
  let checksum = 0;
  let size = 0;
  const take = async (bytes: Buffer) => {
    checksum = crc32(bytes, checksum);
    size += bytes.length;
    await sink.write(bytes);
  };
  const small = inflateAtOnce(await window(data, SMALL_BYTES), IN_MEMORY_BYTES, USUAL_CHUNK);
  if (typeof small !== 'string') await take(small.content);
  const consumed =
    typeof small !== 'string'
      ? small.consumed
      : await inflateInChunks(source, data, source.size, take, () => ambiguous('gzip-broken'));
  const end = data + consumed;
  const trailer = await window(end, TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) throw ambiguous('gzip-broken');
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== size % 2 ** 32) {
    throw ambiguous('gzip-checksum');
  }
  return end + TRAILER_BYTES;
}

/** Tapes and some transfers fill up with zeros. */
async function onlyPadding(source: ByteSource, position: number): Promise<void> {
  for (let at = position; at < source.size; at += CHUNK_BYTES) {
    const bytes = await source.read(at, at + CHUNK_BYTES);
    if (bytes.some((byte) => byte !== 0)) throw ambiguous('gzip-suffix');
  }
}
