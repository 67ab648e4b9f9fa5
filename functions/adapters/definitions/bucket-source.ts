import { rm } from 'node:fs/promises';
import { DefinitionsUnavailable } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import { createObjectStore } from '../aws/object-store.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { type DownloadedDefinitions, type DownloadOptions, downloadDefinitions } from './download.ts';
import { createDefinitionsMetrics } from './metrics.ts';
import { readCurrent } from './published.ts';
import type { DefinitionsSource } from './source.ts';

const LOOK_AGAIN_MILLISECONDS = 600_000;

export interface BucketDefinitionsOptions extends DownloadOptions {
  readonly clock: Clock;
  /** Where the folder of the files is made; the system's temporary folder when not given. */
  readonly parent?: string;
  /** Told of every published set that could not be used while there was one to go on with. */
  readonly onRefused?: (fault: Error) => void;
}

export function createBucketDefinitions(env: Environment): DefinitionsSource {
  const { SCRATCH_DIRECTORY: parent } = env;
  return bucketDefinitions({
    store: createObjectStore(env),
    bucket: requiredString(env, 'DEFINITIONS_BUCKET'),
    clock: () => new Date(),
    onRefused: createDefinitionsMetrics(env).refused,
    ...(parent && { parent }),
  });
}

/**
 * The set that `current.json` in the definitions bucket names, on this machine's disk: at most two sets at a time
 * (files they share lie there once). A newer set that cannot be had whole is passed over, and looked for again ten
 * minutes later.
 */
export function bucketDefinitions(options: BucketDefinitionsOptions): DefinitionsSource {
  const { store, bucket, clock, onRefused = () => undefined } = options;
  let folder: string | undefined;
  let newest: DownloadedDefinitions | undefined;
  let previous: DownloadedDefinitions | undefined;
  let refusedPrefix: string | undefined;
  let lookAgainAt = 0;

  async function look(): Promise<void> {
    const { set, complaint } = await readCurrent(store, bucket);
    if (set === undefined) throw new DefinitionsUnavailable(String(complaint));
    if (set.prefix === newest?.set.prefix || set.prefix === refusedPrefix) return;
    folder ??= createPrivateFolder('definitions', options.parent);
    const downloaded = await downloadDefinitions(options, set, newest, folder);
    previous = newest;
    newest = downloaded;
  }

  return {
    async current() {
      const now = clock().getTime();
      if (newest === undefined || now >= lookAgainAt) {
        lookAgainAt = now + LOOK_AGAIN_MILLISECONDS;
        await look().catch((fault: Error) => {
          if (newest === undefined) throw unavailable(fault);
          onRefused(fault);
        });
      }
      if (newest === undefined) throw new DefinitionsUnavailable('no signatures');
      return newest;
    },

    inForce({ directory }) {
      if (previous === undefined || newest === undefined) return;
      const refused = newest.directory !== directory;
      const [kept, other] = refused ? [previous, newest] : [newest, previous];
      if (refused) {
        refusedPrefix = other.set.prefix;
        onRefused(new DefinitionsUnavailable(`the engine does not load ${other.set.prefix}`));
      }
      newest = kept;
      previous = undefined;
      // The engine has all of its set in memory and the files it may need again; these it does not.
      rm(other.directory, { recursive: true, force: true }).catch(onRefused);
    },

    close() {
      if (folder !== undefined) removePrivateFolder(folder);
      folder = newest = previous = undefined;
    },
  };
}

function unavailable(fault: Error): DefinitionsUnavailable {
  if (fault instanceof DefinitionsUnavailable) return fault;
  return new DefinitionsUnavailable(`no signatures: ${fault.name}: ${fault.message}`, { cause: fault });
}
