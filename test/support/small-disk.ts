import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether `mountSmallDisk` works here: it takes Linux, root and `mount`. Tests that need it are skipped elsewhere, visibly. */
export function canMountSmallDisk(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
  try {
    mountSmallDisk(folder, 65_536)();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

/**
 * Mounts a disk of that many bytes over a folder; returns a function that unmounts it.
 *
 * @param files how many it may have, itself among them; 0 for any number
 * @throws Error when it cannot
 */
export function mountSmallDisk(folder: string, bytes: number, files = 0): () => void {
  run('mount', '-t', 'tmpfs', '-o', `size=${bytes},nr_inodes=${files}`, 'tmpfs', folder);
  return () => run('umount', folder);
}

function run(command: string, ...args: string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
}
