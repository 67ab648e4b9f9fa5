import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { assertDetection, holdsDetection } from '../../functions/adapters/definitions/detection.ts';
import { type FreshclamOptions, freshclam } from '../../functions/adapters/definitions/freshclam.ts';
import { definitionsFiles } from '../../functions/adapters/definitions/source.ts';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import type { DefinitionsDownloads } from '../../functions/domain/definitions/downloads.ts';

/** freshclam's state file: its id at the mirror, and until when the mirror wants no requests. */
const STATE = 'freshclam.dat';
/** A mirror is asked at most this often: ClamAV's own one blocks who asks more. */
const CHECK_MILLISECONDS = 3_600_000;
/** The official set is about 100 MB. */
const DOWNLOAD_MILLISECONDS = 1_800_000;

export type DefinitionsOrigin = Partial<DefinitionsDownloads>;

export interface DownloadOptions extends DefinitionsOrigin {
  /** Folder of all downloaded sets. */
  readonly cache?: string | undefined;
  /** Whether to run freshclam; default: true. */
  readonly update?: boolean | undefined;
  /** Told once, before a download or an update. */
  readonly onStart?: (text: string) => void;
  /** Each line of freshclam. */
  readonly onProgress?: (line: string) => void;
  /** Ends a download early. */
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

export interface DownloadedSet {
  /** undefined: there is no set. */
  readonly directory?: string;
  /** Why the update failed; undefined when it did not, or none was wanted. */
  readonly fault?: Error;
}

export const defaultCache = ({ XDG_CACHE_HOME }: NodeJS.ProcessEnv = process.env): string =>
  join(XDG_CACHE_HOME || join(homedir(), '.cache'), 's3-airlock', 'definitions');

/**
 * The set that freshclam keeps for this machine: ClamAV's official one, or what the configuration names. It is updated
 * first, beside the one in use, which it replaces only when it is complete.
 */
export async function downloadedDefinitions(options: DownloadOptions): Promise<DownloadedSet> {
  const { mirror, customUrls = [], cache = defaultCache(), update = true, now = Date.now } = options;
  const place = join(cache, nameOf({ mirror, customUrls }));
  const current = join(place, 'db');
  const checked = join(place, 'checked');
  const earlier = await detects(current);
  const fresh = earlier && now() - (await timeOf(checked)) < CHECK_MILLISECONDS;
  if (!update || fresh) return earlier ? { directory: current } : {};

  options.onStart?.(
    earlier
      ? `looking for newer definitions than those in ${current}`
      : `fetching definitions with freshclam into ${current} (the official set has about 100 MB; this is done once)`,
  );
  try {
    await updated(place, current, {
      mirror,
      customUrls,
      allowInsecureMirror: options.allowInsecureMirror,
      allowLists: options.allowLists,
      milliseconds: DOWNLOAD_MILLISECONDS,
      patienceSeconds: 20,
      attempts: 1,
      searchPath: process.env.PATH,
      onLine: options.onProgress,
      signal: options.signal,
    });
    await writeFile(checked, '');
  } catch (fault) {
    return { fault: fault as Error, ...(earlier && { directory: current }) };
  }
  return { directory: current };
}

async function updated(place: string, current: string, options: FreshclamOptions): Promise<void> {
  const work = createPrivateFolder('download', place);
  const next = join(work, 'db');
  const mirror = freshclam(options);
  try {
    await mkdir(next);
    for (const name of await readdir(current).catch(() => [])) {
      if (mirror.wants(name)) await link(join(current, name), join(next, name));
    }
    await copyFile(join(place, STATE), join(next, STATE)).catch(ifMissing);
    await mirror.update(next).finally(() => rename(join(next, STATE), join(place, STATE)).catch(ifMissing));
    await assertDetection(next, definitionsFiles(next), 'the mirror');
    await rename(current, join(work, 'old')).catch(ifMissing);
    await rename(next, current);
  } finally {
    removePrivateFolder(work);
  }
}

async function detects(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return holdsDetection(folder, names);
}

async function timeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
}

/** Sets of different origins must not mix. */
function nameOf(origin: DefinitionsOrigin): string {
  const { mirror, customUrls = [] } = origin;
  if (mirror === undefined && customUrls.length === 0) return 'official';
  const hash = createHash('sha256').update(JSON.stringify({ mirror, customUrls }));
  return `configured-${hash.digest('hex').slice(0, 8)}`;
}

function ifMissing(fault: NodeJS.ErrnoException): void {
  if (fault.code !== 'ENOENT') throw fault;
}
