import type { StreamBytes } from '../../../functions/domain/file-type/office/stream-bytes.ts';

/** A stream of these bytes, and how many of them were read. */
export function memoryStream(bytes: Buffer): { stream: StreamBytes; bytesRead: () => number } {
  let read = 0;
  const stream: StreamBytes = {
    size: bytes.length,
    async read(offset, length) {
      const part = bytes.subarray(offset, offset + length);
      read += part.length;
      return part;
    },
  };
  return { stream, bytesRead: () => read };
}
