import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';

/** Debian and Fedora have it in the first, Alpine in the second. */
export const SETPRIV_FOLDERS: readonly string[] = ['/usr/bin', '/bin'];

export type BoundProcess = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts a child that does not outlive this process. With util-linux the kernel ensures this even on SIGKILL;
 * elsewhere (macOS) the child ends on a normal exit, SIGINT and SIGTERM.
 *
 * @param environment everything that the child's environment holds beside PATH
 */
export function spawnBound(
  binary: string,
  args: readonly string[],
  searchPath: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = {},
): BoundProcess {
  const setpriv = process.platform === 'linux' ? findExecutable('setpriv', searchPath, SETPRIV_FOLDERS) : undefined;
  const command =
    setpriv === undefined
      ? [binary, ...args]
      : [setpriv, '--no-new-privs', '--pdeathsig', 'KILL', '--', binary, ...args];
  const child = spawn(command[0] ?? binary, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing else of ours: on Lambda the environment holds the credentials of the role.
    env: { PATH: searchPath, ...environment },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  return child;
}

/** The first executable file of that name on the PATH, then in `folders`. */
export function findExecutable(
  name: string,
  searchPath: string | undefined,
  folders: readonly string[],
): string | undefined {
  return [...(searchPath ?? '').split(delimiter), ...folders]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
