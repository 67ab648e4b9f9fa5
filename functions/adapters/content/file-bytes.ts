import { open } from 'node:fs/promises';
import { type FileCopy, NO_HEADERS, type ObjectStore, type StoredHeaders } from '../../domain/ports.ts';

type Reader = Pick<ObjectStore, 'readRange'>;

/** Reads an object's bytes from its copy, behind the same port as S3. */
export function fileBytes({ path, bytes }: FileCopy, headers = NO_HEADERS): Reader {
  if (bytes !== undefined) return memoryBytes(bytes, headers);
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

/** The same, of bytes that are nowhere else. */
export function memoryBytes(bytes: Uint8Array, headers: StoredHeaders): Reader {
  return {
    async readRange(_object, start, end, onHeaders) {
      onHeaders?.(headers);
      return bytes.subarray(start, end + 1);
    },
  };
}
