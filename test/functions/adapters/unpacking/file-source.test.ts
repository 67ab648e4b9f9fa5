import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { fileSource, loadedSource } from '../../../../functions/adapters/unpacking/file-source.ts';

const MiB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'file-source-'));
afterAll(() => rmSync(folder, { recursive: true }));
const CONTENT = Buffer.from(Uint8Array.from({ length: 3 * MiB }, (_, index) => Math.imul(index, 2654435761) >>> 24));
const path = join(folder, 'file');
writeFileSync(path, CONTENT);

describe.each([
  ['a file', async () => fileSource(path)],
  ['a file that is too large to be kept', () => loadedSource({ path }, CONTENT.length - 1)],
  ['a file that is kept', () => loadedSource({ path }, CONTENT.length)],
])('%s', (_, open) => {
  it.each([
    [0, 10],
    [0, CONTENT.length],
    [5, MiB + 5],
    [5, MiB + 6],
    [MiB, 3 * MiB],
    [CONTENT.length - 3, CONTENT.length + 100],
    [CONTENT.length, CONTENT.length + 1],
    [CONTENT.length + 5, CONTENT.length + 10],
    [10, 10],
    [10, 5],
  ])('has the bytes from %d to %d', async (start, end) => {
    const source = await open();
    expect([source.path, source.size]).toEqual([path, CONTENT.length]);
    expect((await source.read(start, end)).equals(CONTENT.subarray(start, Math.max(start, end)))).toBe(true);
  });
});

it('is read once if it is kept', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'content');
  const [kept, not] = [await loadedSource({ path: other }, 7), await loadedSource({ path: other }, 6)];
  writeFileSync(other, 'changed');
  expect([(await kept.read(0, 7)).toString(), (await not.read(0, 7)).toString()]).toEqual(['content', 'changed']);
});

it.each([100, 2 * MiB])('gives what there is of a file that got shorter, of %d bytes', async (length) => {
  const other = join(folder, 'shorter');
  writeFileSync(other, CONTENT.subarray(0, length));
  const source = fileSource(other);
  truncateSync(other, length / 2);
  expect((await source.read(0, length)).equals(CONTENT.subarray(0, length / 2))).toBe(true);
});

it('must exist', () => {
  expect(() => fileSource(join(folder, 'missing'))).toThrow('ENOENT');
});
