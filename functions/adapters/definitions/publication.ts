import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { DefinitionsPublication } from '../../domain/definitions/ports.ts';
import { CURRENT_KEY, isOutdated, keyOf, VERSIONS } from '../../domain/definitions/published-definitions.ts';
import { isOwnSignatureFile } from '../../domain/definitions/signature-files.ts';
import { DefinitionsUnavailable, ObjectGone } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import { createBucketObjects } from '../aws/bucket-objects.ts';
import { downloadObject } from '../aws/object-download.ts';
import { createObjectStore } from '../aws/object-store.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { fetchDefinitionsFile, readCurrent } from './published.ts';

/** freshclam's state file, beside the definitions. */
const STATE = 'freshclam.dat';
const OWN = 'own/';

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
        if (!wants(file.name)) continue;
        const path = join(folder, file.name);
        try {
          await fetchDefinitionsFile(store, bucket, set, file, path);
          await utimes(path, new Date(file.modified), new Date(file.modified));
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

    async saveState(folder) {
      const path = join(folder, STATE);
      if (await stat(path).catch(() => undefined)) await putFile(STATE, path);
    },

    async upload(folder, set) {
      for (const file of set.files) await putFile(keyOf(set, file), join(folder, file.name));
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
