import { rm } from 'node:fs/promises';
import { DefinitionsUnavailable } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import { createObjectStore } from '../aws/object-store.ts';
import { type Environment, optionalInteger, requiredString } from '../process/environment.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { testSignaturesAllowed } from './detection.ts';
import { type DownloadedDefinitions, type DownloadOptions, downloadDefinitions } from './download.ts';
import { createDefinitionsMetrics } from './metrics.ts';
import { readCurrent } from './published.ts';
import type { DefinitionsSource } from './source.ts';

const LOOK_AGAIN_MILLISECONDS = 600_000;

export interface BucketDefinitionsOptions extends DownloadOptions {
  readonly clock: Clock;
  /** How often newer definitions are looked for. */
  readonly lookAgainMilliseconds?: number | undefined;
  /** Parent of the folder for the files; default: the system's temporary folder. */
  readonly parent?: string;
  /** Called for each published set that cannot be used while an older one can. */
  readonly onRefused?: (fault: Error) => void;
}

export function createBucketDefinitions(env: Environment): DefinitionsSource {
  const { SCRATCH_DIRECTORY: parent } = env;
  return bucketDefinitions({
    store: createObjectStore(env),
    bucket: requiredString(env, 'DEFINITIONS_BUCKET'),
    clock: () => new Date(),
    onRefused: createDefinitionsMetrics(env).refused,
    testSignatures: testSignaturesAllowed(env),
    lookAgainMilliseconds: optionalInteger(env, 'DEFINITIONS_LOOK_AGAIN_MILLISECONDS'),
    ...(parent && { parent }),
  });
}

/**
 * Keeps the definitions that `current.json` in the definitions bucket names on local disk: at most two sets at a
 * time, with shared files stored once. A newer set that cannot be downloaded completely is skipped and tried again
 * ten minutes later.
 */
export function bucketDefinitions(options: BucketDefinitionsOptions): DefinitionsSource {
  const { store, bucket, clock, onRefused = () => undefined } = options;
  const { lookAgainMilliseconds = LOOK_AGAIN_MILLISECONDS } = options;
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
        lookAgainAt = now + lookAgainMilliseconds;
        await look().catch((fault: Error) => {
          if (newest === undefined) throw unavailable(fault);
          onRefused(fault);
        });
      }
      if (newest === undefined) throw new DefinitionsUnavailable('no definitions');
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
      // The engine has its definitions in memory, and may need their files again; it does not need these.
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
  return new DefinitionsUnavailable(`no definitions: ${fault.name}: ${fault.message}`, { cause: fault });
}
