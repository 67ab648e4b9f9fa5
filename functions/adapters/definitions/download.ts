import { link, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DefinitionsFile,
  filesNotIn,
  type PublishedDefinitions,
} from '../../domain/definitions/published-definitions.ts';
import { DefinitionsUnavailable } from '../../domain/errors.ts';
import type { ObjectStore } from '../../domain/ports.ts';
import { freeBytesOf } from '../disk/free-bytes.ts';
import { assertDetection } from './detection.ts';
import { fetchDefinitionsFile } from './published.ts';
import { type Definitions, testVersion } from './source.ts';

/** Published definitions in a local folder. */
export interface DownloadedDefinitions extends Definitions {
  readonly set: PublishedDefinitions;
}

export interface DownloadOptions {
  readonly store: ObjectStore;
  readonly bucket: string;
  /** Whether a set may detect nothing but EICAR. */
  readonly testSignatures?: boolean;
  /** Free bytes of the file system that holds the path. */
  readonly freeBytes?: ((path: string) => number) | undefined;
}

/**
 * Downloads published definitions to a new folder under `parent` and checks the size and SHA-256 of each file. Files
 * that `base` has too are linked, not downloaded again. After a fault, nothing of it remains.
 * @throws DefinitionsUnavailable when there is no room, a file differs from the published one, or the set detects
 * nothing but EICAR; what reading from the store throws
 */
export async function downloadDefinitions(
  { store, bucket, testSignatures = false, freeBytes = freeBytesOf }: DownloadOptions,
  set: PublishedDefinitions,
  base: DownloadedDefinitions | undefined,
  parent: string,
): Promise<DownloadedDefinitions> {
  const directory = await mkdtemp(join(parent, 'set-'));
  const toFetch = new Set(filesNotIn(set.files, base?.set.files ?? []));
  try {
    assertRoom([...toFetch], freeBytes(directory));
    for (const file of toFetch) await fetchDefinitionsFile(store, bucket, set, file, join(directory, file.name));
    for (const file of set.files) {
      if (base === undefined || toFetch.has(file)) continue;
      await link(join(base.directory, file.name), join(directory, file.name));
    }
    if (testSignatures) return { version: testVersion(set.version), directory, set };
    const names = set.files.map(({ name }) => name);
    await assertDetection(directory, names, set.prefix);
    return { version: set.version, directory, set };
  } catch (fault) {
    await rm(directory, { recursive: true, force: true });
    throw fault;
  }
}

function assertRoom(files: readonly DefinitionsFile[], free: number): void {
  const needed = files.reduce((sum, { size }) => sum + size, 0);
  if (needed > free) throw new DefinitionsUnavailable(`no room for ${needed} bytes of definitions, ${free} are free`);
}
