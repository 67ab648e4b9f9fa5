import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { downloadObject } from '../../functions/adapters/aws/object-download.ts';
import { createObjectStore } from '../../functions/adapters/aws/object-store.ts';
import { clientOf, createBucket, environmentOf } from './gateway.ts';
import { put, remove } from './objects.ts';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'ceph-download-'));
const store = createObjectStore(environmentOf());
const s3 = clientOf();
let bucket: string;

beforeAll(async () => {
  bucket = await createBucket(s3, 'enabled');
});
afterAll(() => {
  s3.destroy();
  rmSync(folder, { recursive: true });
});

it.each([1, 16 * MIB - 1, 16 * MIB + 1, 40 * MIB])('brings %d bytes home as they are', async (size) => {
  const content = randomBytes(size);
  const object = await put(s3, bucket, `size-${size}`, content);
  await downloadObject(store, object, join(folder, `size-${size}`));
  expect(readFileSync(join(folder, `size-${size}`)).equals(content)).toBe(true);
});

it('brings the version home that it is about, under a delete marker too', async () => {
  const object = await put(s3, bucket, 'old', 'old content');
  await put(s3, bucket, 'old', 'new');
  await remove(s3, { bucket, key: 'old' });
  await downloadObject(store, object, join(folder, 'old'));
  expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('old content');
});

it.each([
  ['ObjectReplaced', 'replaced'],
  ['ObjectGone', 'gone'],
])('throws %s when a later part finds the content %s', async (name, key) => {
  const unversioned = await createBucket(s3, 'off');
  const object = await put(s3, unversioned, key, randomBytes(70 * MIB));
  let parts = 0;
  const interrupted = {
    ...store,
    openRange: async (...range: Parameters<typeof store.openRange>) => {
      parts += 1;
      if (parts === 5) await (key === 'gone' ? remove(s3, object) : put(s3, unversioned, key, 'other'));
      return store.openRange(...range);
    },
  };
  await expect(downloadObject(interrupted, object, join(folder, key))).rejects.toMatchObject({ name });
});
