import { spawnSync } from 'node:child_process';

/**
 * Puts a disk of so many bytes in the place of a folder; returns what takes it away again, or undefined where that
 * cannot be done: it takes Linux, root and `mount`.
 */
export function mountSmallDisk(folder: string, bytes: number): (() => void) | undefined {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  return status === 0 ? () => spawnSync('umount', [folder]) : undefined;
}
