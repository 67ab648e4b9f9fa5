import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { fileBytes } from '../../../../functions/adapters/content/file-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-bytes-'));
const path = join(folder, 'file');
writeFileSync(path, '0123456789');
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [0, 9, '0123456789'],
  [3, 5, '345'],
  [9, 9, '9'],
  [8, 20, '89'],
  [10, 20, ''],
])('the bytes of a file from %i to %i, both included, are what it holds there', async (start, end, expected) => {
  const bytes = await fileBytes({ path }).readRange({ bucket: 'b', key: 'k', size: 10, etag: 'e' }, start, end);
  expect(Buffer.from(bytes).toString()).toBe(expected);
});
