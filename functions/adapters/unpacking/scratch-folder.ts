import { mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ScratchFull } from '../../domain/errors.ts';

/** A new file that is being written. Both may throw ScratchFull. */
export interface ScratchFile {
  readonly path: string;
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Files and folders under numbers in a folder that is made when the first is asked for. */
export interface ScratchFolder {
  newFile(): Promise<ScratchFile>;
  /** @throws ScratchFull */
  newFolder(): string;
  /** Removes everything; new numbers are none that were given out before. */
  clear(): Promise<void>;
}

export function scratchFolder(path: string): ScratchFolder {
  let made = false;
  let count = 0;

  function nextPath(): string {
    if (!made) makeFolder(path);
    made = true;
    return join(path, String(count++));
  }

  return {
    newFile: async () => newFile(nextPath()),
    newFolder: () => makeFolder(nextPath()),
    async clear() {
      if (made) await rm(path, { recursive: true, force: true });
      made = false;
    },
  };
}

/** Whether a code of the operating system says that the disk is full, or the user's part of it. */
export const isNoRoom = (code: string | undefined): boolean => code === 'ENOSPC' || code === 'EDQUOT';

export const noRoom = (message: string, cause?: unknown) => new ScratchFull(`no room to unpack: ${message}`, { cause });

function explained(fault: unknown): unknown {
  const { code, message } = fault as NodeJS.ErrnoException;
  return isNoRoom(code) ? noRoom(message, fault) : fault;
}

function makeFolder(path: string): string {
  try {
    mkdirSync(path);
    return path;
  } catch (fault) {
    throw explained(fault);
  }
}

async function newFile(path: string): Promise<ScratchFile> {
  const explain = (fault: unknown) => {
    throw explained(fault);
  };
  const file = await open(path, 'wx', 0o600).catch(explain);
  return {
    path,
    write: (bytes) => file.writeFile(bytes).catch(explain),
    close: () => file.close(),
  };
}
