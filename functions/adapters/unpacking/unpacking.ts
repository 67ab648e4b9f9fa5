import { join } from 'node:path';
import { accountFor } from '../../domain/containers/account.ts';
import type { Unpacking } from '../../domain/ports.ts';
import { freeBytesOf } from '../disk/free-bytes.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { IN_MEMORY_BYTES } from './decoders.ts';
import { loadedSource } from './file-source.ts';
import { createReaderPool, type ReaderPoolOptions } from './reader-pool.ts';
import { createUnpacker } from './unpacker.ts';

export interface UnpackingOptions extends ReaderPoolOptions {
  /** Where the private folder is made; the system's temporary folder when not given. */
  readonly parent?: string;
  /** Of everything inside one file, bytes. */
  readonly maxBytes: number;
  /** False for those who cannot accept the unRAR license. */
  readonly opensRar?: boolean;
}

/** clamd's own MaxFiles and MaxRecursion: infra/scanner/clamd.conf. */
const LIMITS = { files: 100_000, depth: 17, wholeBytes: 64 * 1024 * 1024 };
/** Of a reader in WebAssembly: the largest dictionary of ordinary packers is 64 MiB, of those that try hard 256. */
const READER_MEMORY_BYTES = 512 * 1024 * 1024;

/** Unpacks into a private folder, where every name is a number. */
export function createUnpacking({
  parent,
  maxBytes,
  opensRar = true,
  ...pool
}: UnpackingOptions): Unpacking & { close(): Promise<void> } {
  const readers = createReaderPool(pool);
  const root = createPrivateFolder('unpacked', parent);
  let count = 0;

  return {
    async withContents(copy, remaining, use, { apart = false, room, signal } = {}) {
      const folder = join(root, String(count++));
      const within = (free: number) => ({ bytes: Math.min(maxBytes, free), byDisk: free < maxBytes });
      const limits = {
        ...within(Math.min(freeBytesOf(root), room?.share() ?? Number.POSITIVE_INFINITY)),
        wholeDisk: (unpacked: number) => (room?.takeWhole() ? within(unpacked + freeBytesOf(root)) : undefined),
        files: LIMITS.files,
        memoryBytes: READER_MEMORY_BYTES,
      };
      const unpacker = createUnpacker({ folder, pool: readers, limits, remaining, signal });
      try {
        const file = await loadedSource(copy, IN_MEMORY_BYTES);
        const bounds = { ...LIMITS, bytes: maxBytes, unopened: opensRar ? [] : ['rar'] };
        const { findings, whole, opened, active, macroType } = await accountFor(file, unpacker, bounds, apart);
        return await use({ whole, parts: unpacker.toScan, unaccounted: findings, opened, active, macroType });
      } finally {
        await unpacker.close();
      }
    },
    async close() {
      await readers.close();
      removePrivateFolder(root);
    },
  };
}
