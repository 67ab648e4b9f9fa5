import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Budget } from '../../../../functions/adapters/unpacking/budget.ts';
import { decodedSource, fileOf } from '../../../../functions/adapters/unpacking/decoded-source.ts';
import { type ScratchFolder, scratchFolder } from '../../../../functions/adapters/unpacking/scratch-folder.ts';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { strictSource } from '../../../support/strict-source.ts';

const MiB = 1024 * 1024;
let root = '';
let folder: ScratchFolder;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'decoded-'));
  folder = scratchFolder(join(root, 'scratch'));
});
afterEach(() => rmSync(root, { recursive: true }));

const budget = (bytes = 100 * MiB, remaining = () => 1000) =>
  new Budget({ bytes, byDisk: false, files: 10, memoryBytes: 0 }, remaining);
const noise = (length: number) =>
  Buffer.from(Array.from({ length: 1024 }, (_, index) => Math.imul(index, 2654435761) >>> 24))
    .toString('latin1')
    .repeat(Math.ceil(length / 1024))
    .slice(0, length);

const onDisk = () => existsSync(join(root, 'scratch'));

async function decodedOf(sizes: readonly number[], own = budget()) {
  const all = Buffer.from(noise(sizes.reduce((sum, size) => sum + size, 0)), 'latin1');
  const source = await decodedSource(
    async (sink) => {
      let at = 0;
      for (const size of sizes) {
        await sink.write(all.subarray(at, at + size));
        at += size;
      }
    },
    folder,
    own,
  );
  expect(source.size).toBe(all.length);
  expect((await source.read(0, source.size)).equals(all)).toBe(true);
  return source;
}

describe('what is decoded', () => {
  it.each([[[]], [[0]], [[10]], [[10, 20, 30]], [[4 * MiB]], [[MiB, MiB, MiB, MiB]]])(
    'stays in memory while it is small: %j',
    async (sizes) => {
      expect('path' in (await decodedOf(sizes))).toBe(false);
      expect(onDisk()).toBe(false);
    },
  );

  it.each([[[4 * MiB + 1]], [[4 * MiB, 1]], [[MiB, 2 * MiB, MiB, MiB, 10, 5 * MiB]]])(
    'goes to the disk when it is large: %j',
    async (sizes) => {
      const own = budget();
      const source = await decodedOf(sizes, own);
      expect(source).toMatchObject({ path: expect.stringContaining(root) });
      expect(own.bytes).toBe(100 * MiB - source.size);
    },
  );

  it.each([
    [[101], 100],
    [[50, 51], 100],
    [[5 * MiB, MiB], 6 * MiB - 1],
  ])('may not be more than is left: %j', async (sizes, bytes) => {
    await expect(decodedOf(sizes, budget(bytes))).rejects.toMatchObject({ finding: 'limits-exceeded:size' });
    await expect(
      decodedOf(
        [0],
        budget(10, () => 0),
      ),
    ).rejects.toMatchObject({ finding: 'limits-exceeded:time' });
  });

  it('throws what the decoder throws, and closes its file', async () => {
    const broken = decodedSource(
      async (sink) => {
        await sink.write(Buffer.alloc(5 * MiB));
        throw new Error('broken');
      },
      folder,
      budget(),
    );
    await expect(broken).rejects.toThrow('broken');
    await folder.clear();
    expect(onDisk()).toBe(false);
  });
});

describe('a source', () => {
  it.each([0, 1, 4 * MiB, 4 * MiB + 1, 8 * MiB])('of %d bytes becomes a file', async (length) => {
    const bytes = Buffer.from(noise(length), 'latin1');
    const own = budget();
    const path = await fileOf(strictSource(bytes), folder, own);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(own.bytes).toBe(100 * MiB - length);
  });

  it('becomes none where there is no room for it', async () => {
    await expect(fileOf(memorySource(Buffer.alloc(101)), folder, budget(100))).rejects.toMatchObject({
      finding: 'limits-exceeded:size',
    });
  });
});
