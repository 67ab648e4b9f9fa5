import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { ByteSource } from '../../domain/containers/byte-source.ts';

/** A file on disk, which other programs can be given by its path. */
export interface FileSource extends ByteSource {
  readonly path: string;
  close(): Promise<void>;
}

export async function openFileSource(path: string): Promise<FileSource> {
  const file = await open(path);
  const { size } = await file.stat();
  return { path, size, read: (start, end) => readFrom(file, start, Math.min(end, size)), close: () => file.close() };
}

async function readFrom(file: FileHandle, start: number, end: number): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  const buffer = Buffer.allocUnsafe(end - start);
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
