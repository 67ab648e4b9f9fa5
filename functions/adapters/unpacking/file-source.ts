import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ByteSource, memorySource } from '../../domain/containers/byte-source.ts';
import type { FileCopy } from '../../domain/ports.ts';
import { SMALL_FILE_BYTES } from '../disk/small-file.ts';
import { letOthersIn } from './turns.ts';

/** A file on disk, which other programs can be given by its path. */
export interface FileSource extends ByteSource {
  readonly path: string;
}

/** No file stays open: there may be many thousands at a time. */
export function fileSource(path: string): FileSource {
  const { size } = statSync(path);
  return {
    path,
    size,
    async read(from, to) {
      const start = Math.min(from, size);
      const end = Math.min(to, size);
      if (end <= start) return Buffer.alloc(0);
      await letOthersIn();
      return end - start <= SMALL_FILE_BYTES ? readSmall(path, start, end) : readLarge(path, start, end);
    },
  };
}

/** The same, of a file that is read once, if it was not yet, and then kept if it has no more than so many bytes. */
export async function loadedSource({ path, bytes }: FileCopy, maxBytes: number): Promise<FileSource> {
  if (bytes !== undefined) return { path, ...memorySource(bytes) };
  const source = fileSource(path);
  if (source.size > maxBytes) return source;
  const content = await source.read(0, source.size);
  return { ...source, read: async (start, end) => content.subarray(start, Math.max(start, end)) };
}

function readSmall(path: string, start: number, end: number): Buffer {
  const buffer = Buffer.allocUnsafe(end - start);
  const file = openSync(path, 'r');
  try {
    let done = 0;
    while (done < buffer.length) {
      const bytesRead = readSync(file, buffer, done, buffer.length - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  } finally {
    closeSync(file);
  }
}

async function readLarge(path: string, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(end - start);
  const file = await open(path);
  try {
    let done = 0;
    while (done < buffer.length) {
      const { bytesRead } = await file.read(buffer, done, buffer.length - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  } finally {
    await file.close();
  }
}
