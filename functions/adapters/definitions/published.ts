import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { CurrentDefinitions } from '../../domain/definitions/ports.ts';
import {
  CURRENT_KEY,
  type DefinitionsFile,
  keyOf,
  PublishedDefinitions,
} from '../../domain/definitions/published-definitions.ts';
import { DefinitionsUnavailable, ObjectGone, StorageUnavailable } from '../../domain/errors.ts';
import type { ObjectStore } from '../../domain/ports.ts';
import { downloadObject } from '../aws/object-download.ts';

/** A few hundred bytes for each file; anything larger is not ours. */
const MAX_CURRENT_BYTES = 1_000_000;
/** How often a transfer may be tried. */
const TRANSFERS = 3;

/** The content of `current.json`, or the reason why it is invalid. */
export async function readCurrent(
  store: ObjectStore,
  bucket: string,
): Promise<CurrentDefinitions & { readonly complaint?: string }> {
  const object = await store.head({ bucket, key: CURRENT_KEY }).catch((fault: unknown) => {
    if (fault instanceof ObjectGone) return undefined;
    throw fault;
  });
  if (object === undefined) return { complaint: 'no definitions have been published yet' };
  const { etag, size } = object;
  if (size === 0 || size > MAX_CURRENT_BYTES) return { etag, complaint: `${CURRENT_KEY} is ${size} bytes long` };
  const text = Buffer.from(await transferred(() => store.readRange(object, 0, size - 1))).toString();
  try {
    return { etag, set: PublishedDefinitions.parse(JSON.parse(text)) };
  } catch (fault) {
    const reason = fault instanceof z.ZodError ? z.prettifyError(fault) : 'not JSON';
    return { etag, complaint: `${CURRENT_KEY}: ${reason}` };
  }
}

/**
 * Writes one file of a published set to a new file.
 * @throws DefinitionsUnavailable when it is gone or differs from the published file; what reading from the store
 * throws
 */
export async function fetchDefinitionsFile(
  store: ObjectStore,
  bucket: string,
  set: PublishedDefinitions,
  file: DefinitionsFile,
  path: string,
): Promise<void> {
  const key = keyOf(set, file);
  try {
    const object = await store.head({ bucket, key });
    if (object.size !== file.size) {
      throw new DefinitionsUnavailable(`${key} is ${object.size} bytes long instead of ${file.size}`);
    }
    await transferred(async () => {
      await rm(path, { force: true });
      await downloadObject(store, object, path);
    });
  } catch (fault) {
    if (fault instanceof ObjectGone) throw new DefinitionsUnavailable(`${key} is gone`, { cause: fault });
    throw fault;
  }
  const actual = await sha256Of(path);
  if (actual !== file.sha256)
    throw new DefinitionsUnavailable(`${key} has SHA-256 ${actual} instead of ${file.sha256}`);
}

/**
 * A sandbox that is frozen in the middle of a transfer finds its time run out and the connection closed when it runs
 * again. The SDK repeats a request, but not one whose answer has begun.
 */
async function transferred<T>(transfer: () => Promise<T>): Promise<T> {
  for (let left = TRANSFERS; ; left -= 1) {
    try {
      return await transfer();
    } catch (fault) {
      if (!(fault instanceof StorageUnavailable) || left === 1) throw fault;
    }
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
