import { crc32 } from 'node:zlib';
import { type ByteSource, CHUNK_BYTES } from '../../domain/containers/byte-source.ts';
import { beginsContainer } from '../../domain/containers/container-format.ts';
import { ambiguous } from '../../domain/containers/unaccounted.ts';
import { IN_MEMORY_BYTES, inflateAtOnce, inflateInChunks, type Sink } from './decoders.ts';

const MAGIC = Buffer.from([0x1f, 0x8b]);
const TRAILER_BYTES = 8;
/** Writers that glue members together make them smaller than this: bgzip's have 64 KiB at most. */
const SMALL_BYTES = 128 * 1024;
/** zlib's own. */
const USUAL_CHUNK = 16 * 1024;
const FLAGS = { checksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
/** With the longest extra field, and names that no file system allows. */
const MAX_HEADER_BYTES = 64 * 1024 + 8192;

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
  while (position < source.size) {
    const head = await window(position, 2);
    if (members > 0 && !head.equals(MAGIC)) {
      await onlyPadding(source, position);
      break;
    }
    position = await decodeMember(source, window, position, sink, members === 0);
    members += 1;
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
async function decodeMember(
  source: ByteSource,
  window: Window,
  start: number,
  sink: Sink,
  first: boolean,
): Promise<number> {
  const data = start + headerLength(await window(start, MAX_HEADER_BYTES));
  let checksum = 0;
  let size = 0;
  const take = async (bytes: Buffer) => {
    checksum = crc32(bytes, checksum);
    size += bytes.length;
    await sink.write(bytes);
  };
  // Nearly always the first is the only one: then the last bytes say how large it is.
  const only = first && source.size - data <= CHUNK_BYTES;
  const bytes = await window(data, only ? CHUNK_BYTES : SMALL_BYTES);
  const told = only && bytes.length >= 4 ? bytes.readUInt32LE(bytes.length - 4) : USUAL_CHUNK;
  const small = inflateAtOnce(bytes, IN_MEMORY_BYTES, told <= IN_MEMORY_BYTES ? told : USUAL_CHUNK);
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

/** zlib, and ClamAV with it, takes no header with a wrong checksum; others do. */
function headerLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  if (bytes.length < 18 || bytes[2] !== 8 || flags & FLAGS.reserved) throw ambiguous('gzip-broken');
  let length = 10;
  const fields: Buffer[] = [];
  if (flags & FLAGS.extra) {
    const end = length + 2 + bytes.readUInt16LE(length);
    // The first may come behind the four bytes of a subfield's own header.
    fields.push(bytes.subarray(length + 2, end), bytes.subarray(length + 6, end));
    length = end;
  }
  for (const flag of [FLAGS.name, FLAGS.comment]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, length);
    if (end < 0) throw ambiguous('gzip-broken');
    fields.push(bytes.subarray(length, end));
    length = end + 1;
  }
  if (fields.some(beginsContainer)) throw ambiguous('gzip-header');
  if (flags & FLAGS.checksum) {
    if (length + 2 > bytes.length) throw ambiguous('gzip-broken');
    if (bytes.readUInt16LE(length) !== (crc32(bytes.subarray(0, length)) & 0xffff)) throw ambiguous('gzip-header');
    length += 2;
  }
  if (length >= bytes.length) throw ambiguous('gzip-broken');
  return length;
}

/** Tapes and some transfers fill up with zeros. */
async function onlyPadding(source: ByteSource, position: number): Promise<void> {
  for (let at = position; at < source.size; at += CHUNK_BYTES) {
    const bytes = await source.read(at, at + CHUNK_BYTES);
    if (bytes.some((byte) => byte !== 0)) throw ambiguous('gzip-suffix');
  }
}
