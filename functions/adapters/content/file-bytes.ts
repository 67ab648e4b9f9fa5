import { open } from 'node:fs/promises';
import type { ObjectStore } from '../../domain/ports.ts';

/** An object's bytes from the copy of it that is on disk already, behind the port that reads them from S3. */
export function fileBytes(path: string): Pick<ObjectStore, 'readRange'> {
  return {
    async readRange(_object, start, end) {
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
