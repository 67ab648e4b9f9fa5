import { link, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DefinitionsFile, PublishedDefinitions } from '../domain/definitions/published-definitions.ts';
import { DefinitionsUnavailable } from '../domain/errors.ts';
import type { Clock, ObjectStore } from '../domain/ports.ts';
import type { Definitions, DefinitionsSource } from './definitions.ts';
import { createDefinitionsMetrics } from './definitions-metrics.ts';
import { type Environment, requiredString } from './environment.ts';
import { createObjectStore } from './object-store.ts';
import { createPrivateFolder, removePrivateFolder } from './private-folder.ts';
import { fetchDefinitionsFile, readCurrent } from './published-definitions.ts';
import { freeBytesOf } from './scratch.ts';

const LOOK_AGAIN_MILLISECONDS = 600_000;

export interface BucketDefinitionsOptions {
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly clock: Clock;
  /** Where the folder of the files is made; the system's temporary folder when not given. */
  readonly parent?: string;
  readonly freeBytes?: (path: string) => Promise<number>;
  /** Told of every published set that could not be used while there was one to go on with. */
  readonly onRefused?: (fault: Error) => void;
}

interface Held {
  readonly definitions: Definitions;
  readonly set: PublishedDefinitions;
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
 * The set that `current.json` in the definitions bucket names, on this machine's disk: each file checked by
 * size and SHA-256, at most two sets at a time (files they share lie there once). A newer set that cannot be had
 * whole is passed over, and looked for again ten minutes later.
 */
export function bucketDefinitions(options: BucketDefinitionsOptions): DefinitionsSource {
  const { store, bucket, clock, onRefused = () => undefined } = options;
  let folder: string | undefined;
  let newest: Held | undefined;
  let previous: Held | undefined;
  let refusedPrefix: string | undefined;
  let lookAgainAt = 0;

  async function look(): Promise<void> {
    const { set, complaint } = await readCurrent(store, bucket);
    if (set === undefined) throw new DefinitionsUnavailable(String(complaint));
    if (set.prefix === newest?.set.prefix || set.prefix === refusedPrefix) return;
    const fetched = await fetchSet(set, newest);
    previous = newest;
    newest = fetched;
  }

  async function fetchSet(set: PublishedDefinitions, base: Held | undefined): Promise<Held> {
    folder ??= createPrivateFolder('definitions', options.parent);
    const directory = await mkdtemp(join(folder, 'set-'));
    const known = new Set(base?.set.files.map(identity));
    const toFetch = set.files.filter((file) => !known.has(identity(file)));
    try {
      await assertRoom(directory, toFetch);
      for (const file of toFetch) await fetchDefinitionsFile(store, bucket, set, file, join(directory, file.name));
      for (const file of set.files) {
        if (base === undefined || toFetch.includes(file)) continue;
        await link(join(base.definitions.directory, file.name), join(directory, file.name));
      }
      return { set, definitions: { version: set.version, directory } };
    } catch (fault) {
      await rm(directory, { recursive: true, force: true });
      throw fault;
    }
  }

  async function assertRoom(directory: string, files: readonly DefinitionsFile[]): Promise<void> {
    const free = await (options.freeBytes ?? freeBytesOf)(directory);
    const needed = files.reduce((sum, { size }) => sum + size, 0);
    if (needed > free) throw new DefinitionsUnavailable(`no room for ${needed} bytes of signatures, ${free} are free`);
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
      return newest.definitions;
    },

    inForce({ directory }) {
      if (previous === undefined || newest === undefined) return;
      const refused = newest.definitions.directory !== directory;
      const [kept, other] = refused ? [previous, newest] : [newest, previous];
      if (refused) {
        refusedPrefix = other.set.prefix;
        onRefused(new DefinitionsUnavailable(`the engine does not load ${other.set.prefix}`));
      }
      newest = kept;
      previous = undefined;
      // The engine has all of its set in memory and the files it may need again; these it does not.
      rm(other.definitions.directory, { recursive: true, force: true }).catch(onRefused);
    },

    close() {
      if (folder !== undefined) removePrivateFolder(folder);
      folder = newest = previous = undefined;
    },
  };
}

function identity({ name, sha256 }: DefinitionsFile): string {
  return `${name} ${sha256}`;
}

function unavailable(fault: Error): DefinitionsUnavailable {
  if (fault instanceof DefinitionsUnavailable) return fault;
  return new DefinitionsUnavailable(`no signatures: ${fault.name}: ${fault.message}`, { cause: fault });
}
