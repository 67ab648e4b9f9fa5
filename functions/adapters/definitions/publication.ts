import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IGNORED_FILE, ignoredSignatures } from '../../domain/definitions/exemptions.ts';
import type { DefinitionsPublication } from '../../domain/definitions/ports.ts';
import {
  CURRENT_KEY,
  isOutdated,
  keyOf,
  manifestKey,
  VERSIONS,
} from '../../domain/definitions/published-definitions.ts';
import { isOwnSignatureFile } from '../../domain/definitions/signature-files.ts';
import { DefinitionsUnavailable, InvalidInput, ObjectGone } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import { createBucketObjects } from '../aws/bucket-objects.ts';
import { downloadObject } from '../aws/object-download.ts';
import { createObjectStore } from '../aws/object-store.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { readExemptionList } from './exemptions.ts';
import { fetchDefinitionsFile, readCurrent } from './published.ts';

/** freshclam's state file, beside the definitions. */
const STATE = 'freshclam.dat';
const OWN = 'own/';
/** What an operator wants to add to it. */
const PROPOSED = 'proposed/';

/** The definitions bucket, for the only function that may write to it. */
export function createDefinitionsPublication(env: Environment, clock: Clock): DefinitionsPublication {
  const bucket = requiredString(env, 'DEFINITIONS_BUCKET');
  const store = createObjectStore(env);
  const objects = createBucketObjects(env, bucket);

  async function putFile(key: string, path: string): Promise<void> {
    // In memory, 170 MB at most: the SDK does not retry a stream.
    await objects.put(key, await readFile(path));
  }

  async function fetchObject(key: string, path: string): Promise<void> {
    await downloadObject(store, await store.head({ bucket, key }), path);
  }

  return {
    read: () => readCurrent(store, bucket),

    async seed(folder, set, wants) {
      await fetchObject(STATE, join(folder, STATE)).catch((fault) => {
        if (!(fault instanceof ObjectGone)) throw fault;
      });
      if (set === undefined) return false;
      let intact = true;
      for (const file of set.files) {
        const path = join(folder, file.name);
        try {
          await fetchDefinitionsFile(store, bucket, set, file, path);
          // Only looked at: it comes from elsewhere, and may be damaged in the set all the same.
          if (!wants(file.name)) await rm(path);
          else await utimes(path, new Date(file.modified), new Date(file.modified));
        } catch (fault) {
          // Damaged or gone: it is downloaded from the mirror and published again.
          if (!(fault instanceof DefinitionsUnavailable)) throw fault;
          await rm(path, { force: true });
          intact = false;
        }
      }
      return intact;
    },

    async addOwn(folder) {
      for await (const { key } of objects.list(OWN)) {
        const name = key.slice(OWN.length);
        if (isOwnSignatureFile(name)) await fetchObject(key, join(folder, name));
      }
    },

    async addIgnored(folder) {
      const list = await readExemptionList(store, bucket);
      const names = ignoredSignatures(list);
      const lines = names.map((name) => `${name}\n`).join('');
      if (names.length > 0) await writeFile(join(folder, IGNORED_FILE), lines);
      return { names, faults: list.faults };
    },

    removeIgnored: (folder) => rm(join(folder, IGNORED_FILE), { force: true }),

    async addProposed(folder, name) {
      if (!isOwnSignatureFile(name)) throw new InvalidInput(`${name} is not the name of a file of one's own`);
      await fetchObject(`${PROPOSED}${name}`, join(folder, name));
    },

    async saveState(folder) {
      const path = join(folder, STATE);
      if (await stat(path).catch(() => undefined)) await putFile(STATE, path);
    },

    async upload(folder, set) {
      for (const file of set.files) await putFile(keyOf(set, file), join(folder, file.name));
      await objects.put(manifestKey(set), JSON.stringify(set), { ContentType: 'application/json' });
    },

    async swap(set, { etag }) {
      const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
      const body = JSON.stringify(set, undefined, 2);
      await objects.put(CURRENT_KEY, body, { ContentType: 'application/json', ...condition });
    },

    async prune(keep) {
      const old: string[] = [];
      for await (const object of objects.list(VERSIONS)) {
        if (isOutdated(object, keep, clock().getTime())) old.push(object.key);
      }
      await objects.remove(old);
    },
  };
}
