import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { type ByteSource, CHUNK_BYTES } from '../../domain/containers/byte-source.ts';
import { ambiguous } from '../../domain/containers/unaccounted.ts';
import type { ZipMember } from '../../domain/containers/zip-structure.ts';

/** Where decoded bytes go. Throws Unaccounted over a limit, of time too. */
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
    for (let at = start; at < end; at += CHUNK_BYTES)
      await take(await source.read(at, Math.min(end, at + CHUNK_BYTES)));
  } else if (compressedSize <= CHUNK_BYTES && size <= IN_MEMORY_BYTES) {
    const inflated = inflateAtOnce(await source.read(start, end), size, size);
    if (inflated === 'broken') throw ambiguous('zip-data');
    if (inflated === 'too-large' || inflated.consumed !== compressedSize) throw ambiguous('zip-size');
    await take(inflated.content);
  } else {
    const consumed = await inflateInChunks(source, start, end, take, () => ambiguous('zip-data'));
    if (consumed !== compressedSize) throw ambiguous('zip-size');
  }
  if (written !== size) throw ambiguous('zip-size');
  if (checksum !== member.crc) throw ambiguous('zip-checksum');
}

type Inflated = { readonly content: Buffer; readonly consumed: number } | 'too-large' | 'broken';

/** @param expectedSize of the content: with room for one byte more it takes no second turn to see that this was all */
export function inflateAtOnce(bytes: Buffer, maxSize: number, expectedSize: number): Inflated {
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

/** @returns how many bytes the deflated content takes, which may end before `end` */
export async function inflateInChunks(
  source: ByteSource,
  start: number,
  end: number,
  take: (bytes: Buffer) => Promise<void>,
  broken: () => Error,
): Promise<number> {
  const inflate = createInflateRaw();
  let fault: Error | undefined;
  inflate.on('error', (error: Error) => {
    fault ??= error;
  });
  /** Feeds it until it has enough; what goes wrong with the source ends it too. */
  async function feed(): Promise<void> {
    for (let at = start; at < end && !inflate.destroyed && !inflate.readableEnded; at += CHUNK_BYTES) {
      const bytes = await source.read(at, Math.min(end, at + CHUNK_BYTES));
      // Behind the end of the data nothing is taken any more.
      await new Promise<void>((resolve) => {
        inflate.once('close', resolve);
        // A copy: its thread may read on when it is destroyed, and the object's bytes are given back then.
        inflate.write(Buffer.from(bytes), () => {
          inflate.off('close', resolve);
          resolve();
        });
      });
    }
    inflate.end();
  }
  let unreadable: Error | undefined;
  const fed = feed().catch((error: Error) => {
    unreadable = error;
    inflate.destroy(error);
  });
  try {
    for await (const bytes of inflate) await take(bytes);
  } catch (error) {
    if (unreadable !== undefined) throw unreadable;
    throw error === fault ? broken() : error;
  } finally {
    await fed;
  }
  return inflate.bytesWritten;
}
