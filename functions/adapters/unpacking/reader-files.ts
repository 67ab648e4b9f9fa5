import { closeSync, openSync, readSync } from 'node:fs';
import { type EmscriptenFs, ERRNO, type FsNode, type FsStream, MODE } from './emscripten-fs.ts';
import { NumberedFiles, type ReaderLimits } from './numbered-files.ts';

export interface ReaderFiles {
  written(): { readonly files: number; readonly bytes: number; readonly linkBytes: number };
  /** Why the reader did not get what it asked for, whether or not it cares. */
  fault(): Error | undefined;
  close(): void;
}

/** The two folders, and the input. */
const FIXED_NODES = 3;

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
  const output = new NumberedFiles(folder, limits);
  let nodes = 0;
  let linkBytes = 0;

  function fails(errno: keyof typeof ERRNO): () => never {
    return () => {
      throw new fs.ErrnoError(ERRNO[errno]);
    };
  }
  const refuse = fails('notPermitted');

  function node(parent: FsNode | null, name: string, mode: number): FsNode {
    nodes += 1;
    // As many folders as files.
    if (nodes > 2 * limits.files + FIXED_NODES) output.refuse('files');
    const made = fs.createNode(parent, name, mode, 0);
    made.size = 0;
    made.node_ops = nodeOperations;
    made.stream_ops = streamOperations;
    return made;
  }

  const nodeOperations = {
    getattr: attributes,
    setattr: () => undefined,
    lookup: fails('noEntry'),
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
    readlink: fails('invalid'),
  };

  const streamOperations = {
    // Opened anew, a name is a new file.
    open({ node: opened }: FsStream) {
      if (fs.isDir(opened.mode)) return;
      opened.descriptor = output.create();
      opened.size = 0;
    },
    close({ node: closed }: FsStream) {
      if (closed.descriptor !== undefined) output.close(closed.descriptor);
      delete closed.descriptor;
    },
    llseek({ position, node: { size } }: FsStream, offset: number, whence: number) {
      const to = offset + (whence === 1 ? position : whence === 2 ? size : 0);
      if (to < 0) throw new fs.ErrnoError(ERRNO.invalid);
      return to;
    },
    read: refuse,
    write({ node: written }: FsStream, buffer: Uint8Array, offset: number, length: number, position: number) {
      if (written.descriptor === undefined) return refuse();
      const end = position + length;
      const growth = Math.max(0, end - written.size);
      output.write(written.descriptor, buffer.subarray(offset, offset + length), position, growth);
      written.size += growth;
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
    written: () => ({ ...output.written, linkBytes }),
    fault: () => output.fault,
    close() {
      closeSync(source);
      output.closeAll();
    },
  };
}

function attributes({ id, mode, size }: FsNode) {
  const never = new Date(0);
  return {
    ...{ dev: 1, ino: id, mode, nlink: 1, uid: 0, gid: 0, rdev: 0 },
    ...{ size, atime: never, mtime: never, ctime: never, blksize: 4096, blocks: Math.ceil(size / 4096) },
  };
}
