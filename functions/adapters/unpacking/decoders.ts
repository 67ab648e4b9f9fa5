import { Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import type { ByteSource } from '../../domain/containers/byte-source.ts';
import { containerFormat } from '../../domain/containers/container-format.ts';
import { ambiguous } from '../../domain/containers/unaccounted.ts';
import type { ZipMember } from '../../domain/containers/zip-structure.ts';

const CHUNK = 1024 * 1024;
/** zlib's own. */
const USUAL_CHUNK = 16 * 1024;

/** Where decoded bytes go. Throws Unaccounted over a limit. */
export interface Sink {
  write(bytes: Buffer): Promise<void>;
}

export const IN_MEMORY_BYTES = 4 * 1024 * 1024;

/**
 * Writes a member's content to the sink: stored or deflated.
 *
 * @throws Unaccounted when the data, their length or their checksum are not as the directory says
 */
export async function decodeMember(source: ByteSource, member: ZipMember, sink: Sink): Promise<void> {
  const { start, compressedSize, method, size } = member;
  const end = start + compressedSize;
  let checksum = 0;
  let written = 0;
  const take = async (bytes: Buffer) => {
    written += bytes.length;
    if (written > size) throw ambiguous('zip-size');
    checksum = crc32(bytes, checksum);
    await sink.write(bytes);
  };
  if (method === 0) {
    for (let at = start; at < end; at += CHUNK) await take(await source.read(at, Math.min(end, at + CHUNK)));
  } else if (compressedSize <= CHUNK && size <= IN_MEMORY_BYTES) {
    const inflated = inflateAtOnce(await source.read(start, end), size, size);
    if (inflated === 'broken') throw ambiguous('zip-data');
    if (inflated === 'too-large' || inflated.consumed !== compressedSize) throw ambiguous('zip-size');
    await take(inflated.content);
  } else {
    const inflate = createInflateRaw();
    await pump(inflate, source, start, end, take, () => ambiguous('zip-data'));
    if (inflate.bytesWritten !== compressedSize) throw ambiguous('zip-size');
  }
  if (written !== size) throw ambiguous('zip-size');
  if (checksum !== member.crc) throw ambiguous('zip-checksum');
}

type Inflated = { readonly content: Buffer; readonly consumed: number } | 'too-large' | 'broken';

/** @param expectedSize of the content: with room for one byte more it takes no second turn to see that this was all */
function inflateAtOnce(bytes: Buffer, maxSize: number, expectedSize: number): Inflated {
  const options = { info: true, maxOutputLength: Math.max(1, maxSize), chunkSize: Math.max(64, expectedSize + 1) };
  try {
    const { buffer, engine } = inflateRawSync(bytes, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { content: buffer, consumed: engine.bytesWritten };
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'broken';
  }
}

async function pump(
  decoder: NodeJS.ReadWriteStream & AsyncIterable<Buffer>,
  source: ByteSource,
  start: number,
  end: number,
  take: (bytes: Buffer) => Promise<void>,
  broken: () => Error,
): Promise<void> {
  async function* input() {
    for (let at = start; at < end; at += CHUNK) yield await source.read(at, Math.min(end, at + CHUNK));
  }
  const feed = Readable.from(input());
  feed.once('error', () => undefined);
  let fault: Error | undefined;
  decoder.once('error', (error: Error) => {
    fault = error;
  });
  feed.pipe(decoder);
  try {
    for await (const bytes of decoder) await take(bytes);
  } catch (error) {
    throw error === fault ? broken() : error;
  } finally {
    feed.destroy();
  }
}

/**
 * Writes the content of all members of a gzip file to the sink.
 *
 * @returns how many members there are
 * @throws Unaccounted when they are broken, or other bytes than zeros stand behind the last one
 */
export async function decodeGzip(source: ByteSource, sink: Sink): Promise<number> {
  let position = 0;
  let members = 0;
  while (position < source.size) {
    const head = await source.read(position, position + 2);
    if (members > 0 && !head.equals(GZIP)) {
      await onlyPadding(source, position);
      break;
    }
    position += await decodeGzipMember(source, position, sink, members === 0);
    members += 1;
  }
  return members;
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** Length of the member. */
async function decodeGzipMember(source: ByteSource, start: number, sink: Sink, first: boolean): Promise<number> {
  const header = await gzipHeaderLength(source, start);
  let checksum = 0;
  let size = 0;
  const take = async (bytes: Buffer) => {
    checksum = crc32(bytes, checksum);
    size += bytes.length;
    await sink.write(bytes);
  };
  const end = header + (await inflateGzip(source, start + header, take, first));
  const trailer = await source.read(start + end, start + end + 8);
  if (trailer.length < 8) throw ambiguous('gzip-broken');
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== size % 2 ** 32) {
    throw ambiguous('gzip-checksum');
  }
  return end + 8;
}

/** How many bytes the compressed data take. */
async function inflateGzip(
  source: ByteSource,
  start: number,
  take: (bytes: Buffer) => Promise<void>,
  first: boolean,
): Promise<number> {
  if (source.size - start <= CHUNK) {
    const bytes = await source.read(start, source.size);
    // What the last member says about itself: nearly always it is the only one.
    const told = first && bytes.length >= 4 ? bytes.readUInt32LE(bytes.length - 4) : USUAL_CHUNK;
    const inflated = inflateAtOnce(bytes, IN_MEMORY_BYTES, told <= IN_MEMORY_BYTES ? told : USUAL_CHUNK);
    if (inflated === 'broken') throw ambiguous('gzip-broken');
    if (inflated !== 'too-large') {
      await take(inflated.content);
      return inflated.consumed;
    }
  }
  const inflate = createInflateRaw();
  await pump(inflate, source, start, source.size, take, () => ambiguous('gzip-broken'));
  return inflate.bytesWritten;
}

/** @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
async function gzipHeaderLength(source: ByteSource, start: number): Promise<number> {
  const bytes = await source.read(start, start + 64 * 1024 + 1024);
  if (bytes.length < 18 || bytes[2] !== 8) throw ambiguous('gzip-broken');
  const flags = bytes[3] ?? 0;
  let length = 10;
  const fields: Buffer[] = [];
  if (flags & 4) {
    const end = length + 2 + bytes.readUInt16LE(length);
    // The first may come behind the four bytes of a subfield's own header.
    fields.push(bytes.subarray(length + 2, end), bytes.subarray(length + 6, end));
    length = end;
  }
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, length);
    if (end < 0) throw ambiguous('gzip-broken');
    fields.push(bytes.subarray(length, end));
    length = end + 1;
  }
  if (flags & 2) length += 2;
  if (fields.some((field) => containerFormat(field) !== null)) throw ambiguous('gzip-header');
  if (flags & 0xe0 || length >= bytes.length) throw ambiguous('gzip-broken');
  return length;
}

/** Tapes and some transfers fill up with zeros. */
async function onlyPadding(source: ByteSource, position: number): Promise<void> {
  for (let at = position; at < source.size; at += CHUNK) {
    const bytes = await source.read(at, at + CHUNK);
    if (bytes.some((byte) => byte !== 0)) throw ambiguous('gzip-suffix');
  }
}
