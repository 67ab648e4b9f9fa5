import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DownloadOptions, downloadDefinitions } from '../../../../functions/adapters/definitions/download.ts';
import { DefinitionsUnavailable, ObjectGone, StorageUnavailable } from '../../../../functions/domain/errors.ts';
import type { ObjectStore } from '../../../../functions/domain/ports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'definitions-download-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const TIME = '2026-11-21T00:00:00.000Z';
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

function setOf(version: string, files: Readonly<Record<string, string>>) {
  return {
    version,
    prefix: `versions/${version}/`,
    files: Object.entries(files).map(([name, content]) => ({
      name,
      size: content.length,
      sha256: sha256(content),
      modified: TIME,
    })),
    publishedAt: TIME,
    checkedAt: TIME,
    signaturesTime: null,
  };
}

/** Objects by key, and what was read of them. */
function storeOf(objects: Readonly<Record<string, string | Error>>) {
  const read: string[] = [];
  const contentOf = (key: string) => {
    const content = objects[key];
    if (content instanceof Error) throw content;
    if (content === undefined) throw new ObjectGone(key);
    return content;
  };
  const store = {
    head: async ({ bucket, key }: { bucket: string; key: string }) => ({
      bucket,
      key,
      size: contentOf(key).length,
      etag: 'e',
      lastModified: TIME,
    }),
    async readRange({ key }: { key: string }, start: number, end: number) {
      read.push(key);
      return Buffer.from(contentOf(key)).subarray(start, end + 1);
    },
  } as unknown as ObjectStore;
  return { store, read };
}

const download = (
  objects: Readonly<Record<string, string | Error>>,
  set: ReturnType<typeof setOf>,
  options: Partial<DownloadOptions> = {},
) => downloadDefinitions({ store: storeOf(objects).store, bucket: 'b', ...options }, set, undefined, folder);

const SET = setOf('1', { 'a.ndb': 'AAA', 'b.hsb': 'BB' });
const OBJECTS = { 'versions/1/a.ndb': 'AAA', 'versions/1/b.hsb': 'BB' };

it('brings every file of a set to a folder of its own', async () => {
  const { directory, ...rest } = await download(OBJECTS, SET);
  expect(rest).toEqual({ version: '1', set: SET });
  expect(readdirSync(folder)).toHaveLength(1);
  expect(readFileSync(join(directory, 'a.ndb'), 'utf8')).toBe('AAA');
  expect(readFileSync(join(directory, 'b.hsb'), 'utf8')).toBe('BB');
});

it('links what the set before holds already, and fetches the rest', async () => {
  const first = await download(OBJECTS, SET);
  const next = setOf('2', { 'a.ndb': 'AAA', 'b.hsb': 'CC' });
  const { store, read } = storeOf({ 'versions/2/b.hsb': 'CC' });
  const second = await downloadDefinitions({ store, bucket: 'b' }, next, first, folder);
  expect(read).toEqual(['versions/2/b.hsb']);
  expect(statSync(join(second.directory, 'a.ndb')).ino).toBe(statSync(join(first.directory, 'a.ndb')).ino);
  expect(readFileSync(join(second.directory, 'b.hsb'), 'utf8')).toBe('CC');
});

it('needs room for what it fetches, to the byte', async () => {
  await expect(download(OBJECTS, SET, { freeBytes: () => 4 })).rejects.toThrow(
    new DefinitionsUnavailable('no room for 5 bytes of definitions, 4 are free'),
  );
  expect(readdirSync(folder)).toEqual([]);
  await download(OBJECTS, SET, { freeBytes: () => 5 });
});

it('says what went wrong, also where its folder was taken away meanwhile', async () => {
  const { store } = storeOf(OBJECTS);
  const away = async () => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    throw new StorageUnavailable('503');
  };
  const thrown = downloadDefinitions({ store: { ...store, head: away }, bucket: 'b' }, SET, undefined, folder);
  await expect(thrown).rejects.toMatchObject({ name: 'StorageUnavailable', message: '503' });
});

it('keeps what the store said of a file that is gone', async () => {
  await expect(download({}, SET)).rejects.toMatchObject({
    name: 'DefinitionsUnavailable',
    cause: { name: 'ObjectGone' },
  });
});

describe('a set with a fault is not brought, and nothing is left of it', () => {
  it.each<[string, Record<string, string | Error>, Error]>([
    ['a file that is gone', { 'versions/1/a.ndb': 'AAA' }, new DefinitionsUnavailable('versions/1/b.hsb is gone')],
    [
      'a file of another length',
      { ...OBJECTS, 'versions/1/b.hsb': 'BBB' },
      new DefinitionsUnavailable('versions/1/b.hsb is 3 bytes long instead of 2'),
    ],
    [
      'a file of other content',
      { ...OBJECTS, 'versions/1/b.hsb': 'XX' },
      new DefinitionsUnavailable(`versions/1/b.hsb has SHA-256 ${sha256('XX')} instead of ${sha256('BB')}`),
    ],
    [
      'a store that is down',
      { ...OBJECTS, 'versions/1/b.hsb': new StorageUnavailable('503') },
      new StorageUnavailable('503'),
    ],
  ])('%s', async (_, objects, fault) => {
    const thrown = await download(objects, SET).catch((error: Error) => error);
    expect(thrown).toMatchObject({ name: fault.name, message: fault.message });
    expect(readdirSync(folder)).toEqual([]);
  });
});
