import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `airlock-<pid of the owner>-<purpose>-<random>` */
const NAME = /^airlock-(\d+)-/;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const owned = new Set<string>();
let watching = false;

/**
 * A folder that only this user can access, with a random name. It is removed when the process ends, also on SIGINT
 * and SIGTERM; leftovers of a killed process are removed when the next one creates a folder.
 */
export function createPrivateFolder(purpose: string, parent: string = tmpdir()): string {
  watchExit();
  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent);
  const folder = mkdtempSync(join(parent, `airlock-${process.pid}-${purpose}-`));
  owned.add(folder);
  return folder;
}

export function removePrivateFolder(folder: string): void {
  owned.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || !isLeftover(join(parent, name), Number(owner))) continue;
    try {
      rmSync(join(parent, name), { recursive: true });
    } catch {
      // owned by another user, or already removed
    }
  }
}

function isLeftover(path: string, owner: number): boolean {
  if (owner !== process.pid) return !isRunning(owner);
  // Lambda restarts a crashed runtime under the same pid and keeps /tmp.
  const createdAt = statSync(path, { throwIfNoEntry: false })?.birthtimeMs ?? Number.POSITIVE_INFINITY;
  return !owned.has(path) && createdAt < performance.timeOrigin;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `exit` does not fire on an unhandled signal, so it is handled here, and raised again if nobody else handles it. */
function watchExit(): void {
  if (watching) return;
  watching = true;
  process.on('exit', removeOwned);
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      if (process.listenerCount(signal) > 0) return;
      removeOwned();
      process.kill(process.pid, signal);
    });
  }
}

function removeOwned(): void {
  for (const folder of owned) removePrivateFolder(folder);
}
