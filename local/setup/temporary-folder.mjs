import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes. The demo needs less, scans need room for what they unpack. */
const LEAST_FREE = 100_000_000;

/** What keeps a command from using the temporary folder; undefined where nothing does. */
export function temporaryFolderFault(folder = tmpdir()) {
  const advice = 'Make room there, or name another folder in TMPDIR, then run this again.';
  try {
    const probe = mkdtempSync(join(folder, 's3-airlock-'));
    try {
      writeFileSync(join(probe, 'probe'), 'probe');
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
  } catch (fault) {
    const why = fault.code === 'ENOSPC' || fault.code === 'EDQUOT' ? 'is full' : `cannot be written to (${fault.code})`;
    return `the temporary folder ${folder} ${why}. ${advice}`;
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= LEAST_FREE) return undefined;
  return `the temporary folder ${folder} has ${megabytes(free)} MB left, ${megabytes(LEAST_FREE)} MB are needed. ${advice}`;
}

const megabytes = (bytes) => Math.floor(bytes / 1_000_000);
