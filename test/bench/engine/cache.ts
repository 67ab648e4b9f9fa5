import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../infra/repository-root.ts';
import { GENERATOR_VERSION, WHOLE_SET, writeSignatures } from './signatures.ts';

/** Ignored by git, like the rest of `.airlock/`. */
const CACHE = join(ROOT, '.airlock/bench');
/** `making-<pid>-<name>` */
const UNFINISHED = /^making-(\d+)-/;

export interface CacheOptions {
  readonly count?: number;
  readonly seed?: number;
  readonly cache?: string;
  readonly write?: typeof writeSignatures;
  /** Called when they have to be made. */
  readonly onMake?: () => void;
}

/**
 * The folder of the signatures, which are made once. A folder of that name is complete: it gets it last, so that an
 * interrupted run leaves none.
 */
export async function cachedSignatures(options: CacheOptions = {}): Promise<string> {
  const { count = WHOLE_SET, seed = 1, cache = CACHE, write = writeSignatures, onMake } = options;
  const name = `signatures-v${GENERATOR_VERSION}-seed${seed}-${count}`;
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await removeUnfinished(cache);
  const making = join(cache, `making-${process.pid}-${name}`);
  await mkdir(making);
  onMake?.();
  try {
    await write(making, count, seed);
    await rename(making, folder);
  } catch (fault) {
    await rm(making, { recursive: true, force: true });
    // Another run was faster.
    if (!existsSync(folder)) throw fault;
  }
  return folder;
}

/** Of runs that were ended. */
async function removeUnfinished(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const maker = Number(UNFINISHED.exec(name)?.[1]);
    const isLeft = Number.isInteger(maker) && (maker === process.pid || !isRunning(maker));
    if (isLeft) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
