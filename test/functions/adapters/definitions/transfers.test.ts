import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchDefinitionsFile, readCurrent } from '../../../../functions/adapters/definitions/published.ts';
import { AccessDenied, ObjectReplaced, StorageUnavailable } from '../../../../functions/domain/errors.ts';
import type { ObjectStore } from '../../../../functions/domain/ports.ts';

const TIME = '2026-11-21T00:00:00.000Z';
const CONTENT = 'A:0:0:00\n';
const FILE = {
  name: 'a.ndb',
  size: CONTENT.length,
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
  modified: TIME,
};
const SET = {
  version: '1',
  prefix: 'versions/1/',
  files: [FILE],
  publishedAt: TIME,
  checkedAt: TIME,
  signaturesTime: null,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transfers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The first transfers end with these faults, each after a part of the content. */
function faultyStore(content: string, faults: readonly Error[]) {
  const bytes = Buffer.from(content);
  const asked = { transfers: 0 };
  const store = {
    head: async (object: object) => ({ ...object, size: bytes.length, etag: 'e', lastModified: TIME }),
    async readRange() {
      const fault = faults[asked.transfers++];
      if (fault !== undefined) throw fault;
      return bytes;
    },
    async openRange() {
      const fault = faults[asked.transfers++];
      return (async function* () {
        yield bytes.subarray(0, 3);
        if (fault !== undefined) throw fault;
        yield bytes.subarray(3);
      })();
    },
  } as unknown as ObjectStore;
  return { store, asked };
}

const path = () => join(folder, FILE.name);
const READ: [string, string, (store: ObjectStore) => Promise<unknown>, unknown][] = [
  ['current.json', JSON.stringify(SET), (store) => readCurrent(store, 'b'), { etag: 'e', set: SET }],
  [
    'a file',
    CONTENT,
    async (store) => {
      await fetchDefinitionsFile(store, 'b', SET, FILE, path());
      return readFileSync(path(), 'utf8');
    },
    CONTENT,
  ],
];
const lost = (attempt: number) => new StorageUnavailable(`lost ${attempt}`);

describe.each(READ)('%s', (_, content, read, expected) => {
  it.each([0, 1, 2])('is read whole after %d transfers that broke off', async (broken) => {
    const { store, asked } = faultyStore(
      content,
      Array.from({ length: broken }, (_, at) => lost(at + 1)),
    );
    expect(await read(store)).toEqual(expected);
    expect(asked.transfers).toBe(broken + 1);
  });

  it('is given up after three, with the last fault', async () => {
    const { store, asked } = faultyStore(content, [1, 2, 3, 4].map(lost));
    await expect(read(store)).rejects.toThrow(new StorageUnavailable('lost 3'));
    expect(asked.transfers).toBe(3);
  });

  it.each([new AccessDenied('no'), new ObjectReplaced('other'), new TypeError('ours')])(
    'is not tried again after %s, which no repetition helps',
    async (fault) => {
      const { store, asked } = faultyStore(content, [fault]);
      await expect(read(store)).rejects.toBe(fault);
      expect(asked.transfers).toBe(1);
    },
  );
});

it('an empty file is read too', async () => {
  const empty = { ...FILE, size: 0, sha256: createHash('sha256').digest('hex') };
  await fetchDefinitionsFile(faultyStore('', []).store, 'b', SET, empty, path());
  expect([readdirSync(folder), readFileSync(path(), 'utf8')]).toEqual([[FILE.name], '']);
});
