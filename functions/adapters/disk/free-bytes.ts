import { statfsSync } from 'node:fs';

/**
 * Free bytes of the file system that holds the path. Not asynchronous: most files are small, and one turn of Node's
 * threads takes longer than this.
 */
export function freeBytesOf(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
