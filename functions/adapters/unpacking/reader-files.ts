import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of Emscripten's file system that this one is made of. */
export interface EmscriptenFs {
  createNode(parent: FsNode | null, name: string, mode: number, device: number): FsNode;
  isDir(mode: number): boolean;
  mkdir(path: string): void;
  mount(type: object, options: object, mountPoint: string): FsNode;
  lookupPath(path: string): { readonly node: FsNode };
  readonly ErrnoError: new (errno: number) => Error;
}

interface FsNode {
  id: number;
  mode: number;
  size: number;
  /** File on our disk that gets what is written here. */
  descriptor?: number;
  contents?: number;
  node_ops: Record<string, unknown>;
  stream_ops: object;
}

interface FsStream {
  node: FsNode;
  position: number;
}

export interface ReaderLimits {
  /** Of everything that is written. */
  readonly bytes: number;
  readonly files: number;
}

export interface ReaderFiles {
  readonly written: () => number;
  /** Of everything that was written. */
  readonly bytes: () => number;
  /** Of those, where links lead. */
  readonly linkBytes: () => number;
  /** Why the reader did not get what it asked for, whether or not it cares. */
  readonly fault: () => Error | undefined;
  close(): void;
}

/** Thrown through the reader, which is not asked whether it agrees. */
export class OverReaderLimit extends Error {
  readonly limit: 'files' | 'size';
  constructor(limit: 'files' | 'size') {
    super(limit);
    this.limit = limit;
  }
}

const ERRNO = { notPermitted: 63, noEntry: 44, invalid: 28, full: 51 } as const;
/** The two folders, and the input. */
const FIXED_NODES = 3;
const MODE = { folder: 0o040777, file: 0o100666 } as const;

/**
 * All that a reader in WebAssembly sees of this machine: one file to read, and a folder to write to. Names stay here.
 * Whatever a member is called, its bytes go to the next number in `folder`; nothing of what is written can be read,
 * and a name that comes twice makes two files. A link becomes a file; devices are not made.
 */
export function mountReaderFiles(
  fs: EmscriptenFs,
  input: { readonly path: string; readonly size: number },
  folder: string,
  limits: ReaderLimits,
): ReaderFiles {
  const source = openSync(input.path, 'r');
  const open = new Set<number>([source]);
  let nodes = 0;
  let files = 0;
  let bytes = 0;
  let linkBytes = 0;
  let fault: Error | undefined;

  /** What goes wrong on our side counts, even if the reader goes on. */
  function ours<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      fault ??= error as Error;
      throw error;
    }
  }

  function refuse(): never {
    throw new fs.ErrnoError(ERRNO.notPermitted);
  }

  const attributes = (node: FsNode) => ({
    dev: 1,
    ino: node.id,
    mode: node.mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: node.size,
    atime: new Date(0),
    mtime: new Date(0),
    ctime: new Date(0),
    blksize: 4096,
    blocks: Math.ceil(node.size / 4096),
  });

  function node(parent: FsNode | null, name: string, mode: number): FsNode {
    nodes += 1;
    if (nodes > 2 * limits.files + FIXED_NODES)
      ours(() => {
        throw new OverReaderLimit('files');
      });
    const made = fs.createNode(parent, name, mode, 0);
    made.size = 0;
    made.node_ops = nodeOperations;
    made.stream_ops = streamOperations;
    return made;
  }

  const nodeOperations = {
    getattr: attributes,
    setattr: () => undefined,
    lookup: () => {
      throw new fs.ErrnoError(ERRNO.noEntry);
    },
    mknod: (parent: FsNode, name: string, mode: number) => node(parent, name, fs.isDir(mode) ? MODE.folder : MODE.file),
    rename: refuse,
    // The bytes of a file stay, whatever becomes of its name.
    unlink: () => undefined,
    rmdir: () => undefined,
    readdir: () => ['.', '..'],
    // A link is a file with the text that says where it leads: some readers write it as one.
    symlink(parent: FsNode, name: string, target: string) {
      const text = Buffer.from(target);
      const link = node(parent, name, MODE.file);
      streamOperations.open({ node: link, position: 0 });
      try {
        streamOperations.write({ node: link, position: 0 }, text, 0, text.length, 0);
        linkBytes += text.length;
      } finally {
        streamOperations.close({ node: link, position: 0 });
      }
      return link;
    },
    readlink: () => {
      throw new fs.ErrnoError(ERRNO.invalid);
    },
  };

  const streamOperations = {
    open(stream: FsStream) {
      // Opened anew, a name is a new file.
      const { node: opened } = stream;
      if (fs.isDir(opened.mode)) return;
      files += 1;
      const descriptor = ours(() => {
        if (files > limits.files) throw new OverReaderLimit('files');
        return openSync(join(folder, String(files)), 'wx', 0o600);
      });
      open.add(descriptor);
      opened.descriptor = descriptor;
      opened.size = 0;
    },
    close({ node: closed }: FsStream) {
      if (closed.descriptor === undefined) return;
      closeSync(closed.descriptor);
      open.delete(closed.descriptor);
      delete closed.descriptor;
    },
    llseek({ position, node: { size } }: FsStream, offset: number, whence: number) {
      const to = offset + (whence === 1 ? position : whence === 2 ? size : 0);
      if (to < 0) throw new fs.ErrnoError(ERRNO.invalid);
      return to;
    },
    read: refuse,
    write({ node: written }: FsStream, buffer: Uint8Array, offset: number, length: number, position: number) {
      if (written.descriptor === undefined) throw new fs.ErrnoError(ERRNO.notPermitted);
      const end = position + length;
      const { descriptor } = written;
      bytes += Math.max(0, end - written.size);
      ours(() => {
        if (bytes > limits.bytes) throw new OverReaderLimit('size');
        let done = 0;
        while (done < length) done += writeSync(descriptor, buffer, offset + done, length - done, position + done);
      });
      written.size = Math.max(written.size, end);
      return length;
    },
  };

  const inputOperations = {
    ...streamOperations,
    open: () => undefined,
    close: () => undefined,
    read(_: FsStream, buffer: Uint8Array, offset: number, length: number, position: number) {
      return readSync(source, buffer, offset, length, position);
    },
    write: refuse,
  };

  for (const place of ['/in', '/out']) {
    fs.mkdir(place);
    fs.mount({ mount: () => node(null, '/', MODE.folder) }, {}, place);
  }
  const file = node(fs.lookupPath('/in').node, 'input', MODE.file);
  file.size = input.size;
  file.stream_ops = inputOperations;
  // Emscripten's own folders are in memory, where nobody would see what a reader put there. They share their operations.
  Object.assign(fs.lookupPath('/').node.node_ops, { mknod: refuse, rename: refuse, symlink: refuse });

  return {
    written: () => files,
    bytes: () => bytes,
    linkBytes: () => linkBytes,
    fault: () => fault,
    close() {
      for (const descriptor of open) closeSync(descriptor);
      open.clear();
    },
  };
}
