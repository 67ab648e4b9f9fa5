import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ScratchFull } from '../../domain/errors.ts';
import type { ObjectReference } from '../../domain/object-reference.ts';
import type { DiskRoom, ObjectStore, Scratch, UseOfCopy } from '../../domain/ports.ts';
import { freeBytesOf } from '../disk/free-bytes.ts';
import { sharedDisk } from '../disk/shared-disk.ts';
import { SMALL_FILE_BYTES } from '../disk/small-file.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { release } from '../process/release.ts';
import { downloadObject } from './object-download.ts';

export interface ScratchOptions {
  /** Parent of the private folder; default: the system's temporary folder. */
  readonly parent?: string;
  /** Free bytes of the file system that holds the path. */
  readonly freeBytes?: (path: string) => number;
  /** What an object of a size may unpack to while others are on the disk, bytes. */
  readonly share?: (size: number) => number;
}

/** Copies of objects in a private folder. Their names are random: a key never reaches a path. */
export function createScratch(store: ObjectStore, options: ScratchOptions = {}): Scratch & { close(): void } {
  const { freeBytes = freeBytesOf } = options;
  const folder = createPrivateFolder('scratch', options.parent);
  const disk = sharedDisk(() => freeBytes(folder), options.share);

  async function copied<T>(object: ObjectReference, use: UseOfCopy<T>, room: DiskRoom, signal?: AbortSignal) {
    if (object.size > freeBytes(folder)) throw new ScratchFull(`no room for ${object.size} bytes in ${folder}`);
    const path = join(folder, randomUUID());
    try {
      const { headers, bytes } = await downloadObject(store, object, path, signal).catch(translated);
      const result = await use({ path, bytes }, headers, room);
      // After a fault somebody may still look at them.
      if (bytes) release(bytes);
      return result;
    } catch (fault) {
      // Whatever it broke off with.
      signal?.throwIfAborted();
      throw fault;
    } finally {
      if (object.size <= SMALL_FILE_BYTES) removeAtOnce(path);
      else await rm(path, { force: true });
    }
  }

  return {
    withCopy: (object, use, signal) => disk.withRoom(object.size, (room) => copied(object, use, room, signal), signal),
    close: () => removePrivateFolder(folder),
  };
}

/** `rmSync` would look at it first, and at its folder. */
function removeAtOnce(path: string): void {
  try {
    unlinkSync(path);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
  }
}

function translated(fault: NodeJS.ErrnoException): never {
  if (fault.code === 'ENOSPC' || fault.code === 'EDQUOT') throw new ScratchFull(fault.message, { cause: fault });
  throw fault;
}
