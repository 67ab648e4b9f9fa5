import { type ByteSource, memorySource } from '../../functions/domain/containers/byte-source.ts';

/** A source that is not read where it has nothing. */
export function strictSource(bytes: Buffer): ByteSource {
  const { size, read } = memorySource(bytes);
  return {
    size,
    async read(start, end) {
      if (start < 0 || start >= size) throw new RangeError(`read from ${start} of ${size} bytes`);
      return read(start, end);
    },
  };
}
