import { randomUUID } from 'node:crypto';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ScratchFull } from '../../domain/errors.ts';
import type { ObjectReference } from '../../domain/object-reference.ts';
import type { ObjectStore, Scratch, StoredHeaders } from '../../domain/ports.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { downloadObject } from './object-download.ts';

export interface ScratchOptions {
  /** Parent of the private folder; default: the system's temporary folder. */
  readonly parent?: string;
  /** Free bytes of the file system that holds the path. */
  readonly freeBytes?: (path: string) => Promise<number>;
}

/** Copies of objects in a private folder. Their names are random: a key never reaches a path. */
export function createScratch(store: ObjectStore, options: ScratchOptions = {}): Scratch & { close(): void } {
  const { freeBytes = freeBytesOf } = options;
  const folder = createPrivateFolder('scratch', options.parent);
  /** Bytes of the copies that exist or are being written, by file name. */
  const reserved = new Map<string, number>();
  let released = Promise.withResolvers<void>();

  async function reserve(name: string, size: number): Promise<void> {
    for (;;) {
      const next = released.promise;
      const free = await freeBytes(folder);
      // Half-written copies count twice, in the file system and here: at worst this waits, but the disk never fills up.
      const taken = [...reserved.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (taken + size <= free) break;
      // A copy may have been removed since the measurement: measure again.
      if (reserved.size === 0 && next === released.promise) {
        throw new ScratchFull(`no room for ${size} bytes in ${folder}`);
      }
      await next;
    }
    reserved.set(name, size);
  }

  function release(name: string): void {
    reserved.delete(name);
    released.resolve();
    released = Promise.withResolvers<void>();
  }

  return {
    async withCopy<T>(object: ObjectReference, use: (path: string, headers: StoredHeaders) => Promise<T>): Promise<T> {
      const name = randomUUID();
      const path = join(folder, name);
      await reserve(name, object.size);
      try {
        const headers = await downloadObject(store, object, path).catch(translated);
        return await use(path, headers);
      } finally {
        await rm(path, { force: true });
        release(name);
      }
    },
    close: () => removePrivateFolder(folder),
  };
}

function translated(fault: NodeJS.ErrnoException): never {
  if (fault.code === 'ENOSPC' || fault.code === 'EDQUOT') throw new ScratchFull(fault.message, { cause: fault });
  throw fault;
}

/** Free bytes of the file system that holds the path. */
export async function freeBytesOf(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
