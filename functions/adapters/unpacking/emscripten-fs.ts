/** The parts of Emscripten's file system that `reader-files.ts` is made of. */
export interface EmscriptenFs {
  createNode(parent: FsNode | null, name: string, mode: number, device: number): FsNode;
  isDir(mode: number): boolean;
  mkdir(path: string): void;
  mount(type: object, options: object, mountPoint: string): FsNode;
  lookupPath(path: string): { readonly node: FsNode };
  readonly ErrnoError: new (errno: number) => Error;
}

export interface FsNode {
  id: number;
  mode: number;
  size: number;
  /** File on our disk that gets what is written here. */
  descriptor?: number;
  contents?: number;
  node_ops: Record<string, unknown>;
  stream_ops: object;
}

export interface FsStream {
  node: FsNode;
  position: number;
}

/** WASI's numbers. */
export const ERRNO = { notPermitted: 63, noEntry: 44, invalid: 28 } as const;
export const MODE = { folder: 0o040777, file: 0o100666 } as const;
