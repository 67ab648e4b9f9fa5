import { type Dirent, promises as fs, type Stats } from 'node:fs';
import { basename } from 'node:path';

/** A file to upload. Paths are bytes: a file name need not be UTF-8. */
export interface LocalFile {
  readonly path: Buffer;
  /** Path relative to the folder given, with `/`; the file's own name for a file given by itself. */
  readonly key: string;
  /** Why there is nothing to upload: the folder cannot be opened. */
  readonly fault?: Error;
}

type Skipped = (path: string, what: string) => void;

/** A pipe, a socket, a device. */
const SPECIAL = 'neither a file nor a folder';

/**
 * The regular files under the given paths, in the order given, a folder's content sorted. Links to files count as
 * files, links to folders are not followed (they may lead back up).
 * @param skipped called for everything else, with what it is
 * @throws Error naming a path that does not exist or cannot be read
 */
export async function* findFiles(paths: readonly string[], skipped: Skipped): AsyncGenerator<LocalFile> {
  for (const path of paths) {
    const found = await stat(path);
    if (found.isDirectory()) yield* filesUnder(Buffer.from(path), '', skipped);
    else if (found.isFile()) yield { path: Buffer.from(path), key: basename(path) };
    else skipped(path, SPECIAL);
  }
}

/** How many files there are, while they are being read: it costs a look into each folder. */
export async function countFiles(paths: readonly string[], signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const _ of findFiles(paths, () => undefined)) {
    if (signal.aborted) break;
    count += 1;
  }
  return count;
}

/** @throws Error naming the first that does not exist or cannot be read */
export async function assertPathsExist(paths: readonly string[]): Promise<void> {
  for (const path of paths) await stat(path);
}

function stat(path: string) {
  return fs.stat(path).catch((fault: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${fault.code === 'ENOENT' ? 'no such file or folder' : fault.message}`);
  });
}

async function* filesUnder(folder: Buffer, prefix: string, skipped: Skipped): AsyncGenerator<LocalFile> {
  const entries = await fs.readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch((fault: Error) => fault);
  if (entries instanceof Error) {
    yield { path: folder, key: prefix || `${folder}/`, fault: entries };
    return;
  }
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    const key = `${prefix}${entry.name.toString()}`;
    const kind = entry.isSymbolicLink() ? await kindOfTarget(path) : kindOf(entry);
    if (kind === 'folder') yield* filesUnder(path, `${key}/`, skipped);
    else if (kind === 'file') yield { path, key };
    else skipped(path.toString(), kind);
  }
}

function kindOf(entry: Dirent<Buffer> | Stats): string {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : SPECIAL;
}

async function kindOfTarget(link: Buffer): Promise<string> {
  const target = await fs.stat(link).catch(() => undefined);
  if (target === undefined) return 'a symbolic link that cannot be followed';
  return target.isDirectory() ? 'a symbolic link to a folder, not followed' : kindOf(target);
}
