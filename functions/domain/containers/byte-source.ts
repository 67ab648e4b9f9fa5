/** Bytes that can be read anywhere: a file on disk, or a member in memory. */
export interface ByteSource {
  readonly size: number;
  /** Bytes from `start` up to `end`, which is not included; fewer where the source ends before. */
  read(start: number, end: number): Promise<Buffer>;
}

/** How much of a source is read at once where all of it is looked at. */
export const CHUNK_BYTES = 1024 * 1024;

export interface Piece {
  readonly start: number;
  readonly bytes: Buffer;
}

/** A source from there to its end, one piece after another, each with the first bytes of what follows it. */
export async function* piecesOf(
  source: ByteSource,
  { from = 0, length = CHUNK_BYTES, overlap = 0 } = {},
): AsyncIterable<Piece> {
  for (let start = from; start < source.size; start += length) {
    yield { start, bytes: await source.read(start, start + length + overlap) };
  }
}

export function memorySource(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { size: buffer.length, read: async (start, end) => buffer.subarray(start, Math.max(start, end)) };
}

/** Bytes in front of a source, and the source. */
export function prefixed(bytes: Buffer, source: ByteSource): ByteSource {
  return {
    size: bytes.length + source.size,
    async read(start, end) {
      const rest = await source.read(Math.max(0, start - bytes.length), Math.max(0, end - bytes.length));
      return Buffer.concat([bytes.subarray(start, Math.max(start, end)), rest]);
    },
  };
}

/** One part of a source, as a source of its own. */
export function sliceOf(source: ByteSource, start: number, end: number): ByteSource {
  const stop = Math.min(end, source.size);
  return {
    size: Math.max(0, stop - start),
    read: (from, to) => source.read(start + from, Math.min(stop, start + to)),
  };
}
