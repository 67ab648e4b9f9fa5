import { writeFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { StorageUnavailable } from '../../domain/errors.ts';
import type { ObjectReference } from '../../domain/object-reference.ts';
import { NO_HEADERS, type ObjectStore, type OnHeaders, type StoredHeaders } from '../../domain/ports.ts';
import { SMALL_FILE_BYTES } from '../disk/small-file.ts';
import { release } from '../process/release.ts';

const PART_BYTES = 16 * 1024 * 1024;
const PARALLEL_PARTS = 4;

type FileHandle = Awaited<ReturnType<typeof open>>;

/** An object up to this size is read into memory, where those who look into it find it: at most one part. */
const IN_MEMORY_BYTES = 8 * 1024 * 1024;
const NEW_FILE = { flag: 'wx', mode: 0o600 } as const;

export interface Downloaded {
  /** Stored with it. */
  readonly headers: StoredHeaders;
  /** All of it, if it is small. */
  readonly bytes?: Uint8Array;
}

/**
 * Writes exactly this content to a new file that only its owner can read: a small object with one read and one write,
 * another with parallel ranged reads, each streamed to its offset, so that memory use does not grow with the object.
 * @throws StorageUnavailable when the number of bytes differs from the reference
 */
export async function downloadObject(
  store: ObjectStore,
  object: ObjectReference,
  path: string,
  signal?: AbortSignal,
): Promise<Downloaded> {
  if (object.size > 0 && object.size <= IN_MEMORY_BYTES) {
    const downloaded = await readWhole(store, object, signal);
    if (object.size <= SMALL_FILE_BYTES) writeFileSync(path, downloaded.bytes, NEW_FILE);
    else await writeFile(path, downloaded.bytes, NEW_FILE);
    return downloaded;
  }
  const file = await open(path, NEW_FILE.flag, NEW_FILE.mode);
  try {
    const starts = partStarts(object.size);
    let failed = false;
    let headers = NO_HEADERS;
    const onHeaders = (answered: StoredHeaders) => {
      headers = answered;
    };
    const worker = async () => {
      for (let start = starts.shift(); start !== undefined && !failed; start = starts.shift()) {
        signal?.throwIfAborted();
        await downloadPart(store, object, start, file, onHeaders, signal);
      }
    };
    const workers = Array.from({ length: PARALLEL_PARTS }, () =>
      worker().catch((fault: unknown) => {
        failed = true;
        throw fault;
      }),
    );
    // Reports the first fault, but only after all workers have released the file.
    await Promise.all(workers).finally(() => Promise.allSettled(workers));
    return { headers };
  } finally {
    await file.close();
  }
}

async function readWhole(
  store: ObjectStore,
  object: ObjectReference,
  signal?: AbortSignal,
): Promise<Required<Downloaded>> {
  let headers = NO_HEADERS;
  const onHeaders = (answered: StoredHeaders) => {
    headers = answered;
  };
  const bytes = await store.readRange(object, 0, object.size - 1, onHeaders, signal);
  if (bytes.length !== object.size) throw sizeFault(object, 0, object.size - 1);
  return { headers, bytes };
}

async function downloadPart(
  store: ObjectStore,
  object: ObjectReference,
  start: number,
  file: FileHandle,
  onHeaders: OnHeaders,
  signal?: AbortSignal,
) {
  const end = Math.min(start + PART_BYTES, object.size) - 1;
  let position = start;
  for await (const chunk of await store.openRange(object, start, end, onHeaders, signal)) {
    if (position + chunk.length > end + 1) throw sizeFault(object, start, end);
    await writeAll(file, chunk, position);
    position += chunk.length;
    release(chunk);
  }
  if (position !== end + 1) throw sizeFault(object, start, end);
}

/** A write may be short, usually because the disk is full. */
async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let offset = 0;
  while (offset < chunk.length) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset, position + offset);
    offset += bytesWritten;
  }
}

function partStarts(size: number): number[] {
  return Array.from({ length: Math.ceil(size / PART_BYTES) }, (_, part) => part * PART_BYTES);
}

function sizeFault({ key }: ObjectReference, start: number, end: number): StorageUnavailable {
  return new StorageUnavailable(`${key}: wrong number of bytes in range ${start} to ${end}`);
}
