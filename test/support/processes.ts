import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Ids of this process's living children by that name. Linux only. */
export function childrenNamed(name: string, parent = process.pid): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const [, command, state, ppid] = /\((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return command === name && state !== 'Z' && Number(ppid) === parent;
      } catch {
        return false; // gone meanwhile
      }
    })
    .map(Number);
}

/** Ids of the process and of all that it started and that live. Linux only. */
export function processTree(root: number): number[] {
  const parents = readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const [, state, ppid] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
      return state === 'Z' ? [] : [{ pid: Number(entry), parent: Number(ppid) }];
    } catch {
      return []; // gone meanwhile
    }
  });
  const below = (pid: number): number[] => [
    pid,
    ...parents.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  return parents.some(({ pid }) => pid === root) ? below(root) : [];
}

/** How many threads of this process have that name. Linux only. */
export const threadsNamed = (name: string): number =>
  readdirSync('/proc/self/task').filter((thread) => {
    try {
      return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === name;
    } catch {
      return false; // ended meanwhile
    }
  }).length;

/** Whether the process has that file open. */
export function holdsOpen(pid: number, path: string): boolean {
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
    } catch {
      return false; // closed meanwhile
    }
  });
}

/** Private folders of a process under the system's temporary folder. */
export const privateFolders = (purpose: string, pid = process.pid): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-${pid}-${purpose}`));

/** Settles when `condition` holds; the test's own time limit is the only one. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Calls it where this process takes the system for another one. */
export async function onPlatform<T>(platform: NodeJS.Platform, call: () => T | Promise<T>): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
  Object.defineProperty(process, 'platform', { ...own, value: platform });
  try {
    return await call();
  } finally {
    Object.defineProperty(process, 'platform', own);
  }
}
