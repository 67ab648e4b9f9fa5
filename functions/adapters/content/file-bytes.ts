import { open } from 'node:fs/promises';
import { NO_HEADERS, type ObjectStore } from '../../domain/ports.ts';

/** Reads an object's bytes from its copy on disk, behind the same port as S3. */
export function fileBytes(path: string, headers = NO_HEADERS): Pick<ObjectStore, 'readRange'> {
  return {
    async readRange(_object, start, end, onHeaders) {
      onHeaders?.(headers);
      const file = await open(path);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start + 1), 0, end - start + 1, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}
