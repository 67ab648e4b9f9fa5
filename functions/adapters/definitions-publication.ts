import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import type { DefinitionsPublication } from '../domain/definitions/ports.ts';
import { CURRENT_KEY, DefinitionsFile, keyOf } from '../domain/definitions/published-definitions.ts';
import { isOfficial, isSignatureFile } from '../domain/definitions/signature-files.ts';
import { DefinitionsUnavailable, ObjectGone, StorageUnavailable } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type Environment, requiredString } from './environment.ts';
import { downloadObject } from './object-download.ts';
import { createObjectStore } from './object-store.ts';
import { fetchDefinitionsFile, readCurrent } from './published-definitions.ts';
import { s3Settings } from './sdk-client.ts';
import { toStorageError } from './storage-errors.ts';

/** freshclam's own, beside the sets. */
const STATE = 'freshclam.dat';
const OWN = 'own/';
/** A scanner, or another update, may still be at a folder that is younger. */
const KEEP_MILLISECONDS = 24 * 3_600_000;

/** The definitions bucket, for the one function that may write to it. */
export function createDefinitionsPublication(env: Environment, clock: Clock): DefinitionsPublication {
  const s3 = new S3Client(s3Settings(env));
  const store = createObjectStore(env);
  const bucket = requiredString(env, 'DEFINITIONS_BUCKET');

  async function put(input: Omit<PutObjectCommandInput, 'Bucket'>): Promise<void> {
    await s3.send(new PutObjectCommand({ Bucket: bucket, ...input })).catch((fault) => {
      throw toStorageError(fault, `PutObject ${input.Key}`);
    });
  }

  async function putFile(Key: string, path: string): Promise<void> {
    // In memory, 170 MB at most: the SDK does not try a stream again.
    await put({ Key, Body: await readFile(path) });
  }

  async function fetchObject(key: string, path: string): Promise<void> {
    await downloadObject(store, await store.head({ bucket, key }), path);
  }

  async function* list(Prefix: string): AsyncGenerator<{ key: string; modified: number }> {
    let ContinuationToken: string | undefined;
    do {
      const page = await s3
        .send(new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken }))
        .catch((fault) => {
          throw toStorageError(fault, `ListObjectsV2 ${Prefix}`);
        });
      for (const { Key = '', LastModified } of page.Contents ?? []) {
        yield { key: Key, modified: LastModified?.getTime() ?? Number.POSITIVE_INFINITY };
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  return {
    read: () => readCurrent(store, bucket),

    async seed(folder, set, wants) {
      await fetchObject(STATE, join(folder, STATE)).catch((fault) => {
        if (!(fault instanceof ObjectGone)) throw fault;
      });
      let intact = set !== undefined;
      for (const file of set?.files ?? []) {
        if (!wants(file.name)) continue;
        const path = join(folder, file.name);
        try {
          await fetchDefinitionsFile(store, bucket, set as NonNullable<typeof set>, file, path);
          await utimes(path, new Date(file.modified), new Date(file.modified));
        } catch (fault) {
          // Damaged or gone: it comes from the mirror again, and is published again.
          if (!(fault instanceof DefinitionsUnavailable)) throw fault;
          await rm(path, { force: true });
          intact = false;
        }
      }
      return intact;
    },

    async addOwn(folder) {
      for await (const { key } of list(OWN)) {
        const name = key.slice(OWN.length);
        const usable = DefinitionsFile.shape.name.safeParse(name).success && isSignatureFile(name) && !isOfficial(name);
        if (usable) await fetchObject(key, join(folder, name));
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
      await put({
        Key: CURRENT_KEY,
        Body: JSON.stringify(set, undefined, 2),
        ContentType: 'application/json',
        ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
      });
    },

    async prune(set) {
      const old: string[] = [];
      for await (const { key, modified } of list('versions/')) {
        if (!key.startsWith(set.prefix) && clock().getTime() - modified > KEEP_MILLISECONDS) old.push(key);
      }
      for (let start = 0; start < old.length; start += 1000) {
        const Objects = old.slice(start, start + 1000).map((Key) => ({ Key }));
        const { Errors = [] } = await s3
          .send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }))
          .catch((fault) => {
            throw toStorageError(fault, 'DeleteObjects');
          });
        if (Errors[0]) throw new StorageUnavailable(`DeleteObjects ${Errors[0].Key}: ${Errors[0].Code}`);
      }
    },
  };
}
