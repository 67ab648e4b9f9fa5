import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { isNoRoom, noRoom, scratchFolder } from '../../../../functions/adapters/unpacking/scratch-folder.ts';
import { ScratchFull } from '../../../../functions/domain/errors.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../../support/small-disk.ts';

const root = mkdtempSync(join(tmpdir(), 'scratch-'));
let folders = 0;
const newPath = () => join(root, String(folders++));
afterAll(() => rmSync(root, { recursive: true }));

it('makes files and folders under numbers, none of them twice', async () => {
  const path = newPath();
  const scratch = scratchFolder(path);
  expect(existsSync(path)).toBe(false);
  const file = await scratch.newFile();
  await file.write(Buffer.from('one '));
  await file.write(Buffer.from('two'));
  await file.close();
  expect(readFileSync(file.path, 'utf8')).toBe('one two');
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  const folder = scratch.newFolder();
  expect(readdirSync(path).toSorted()).toEqual([basename(file.path), basename(folder)].toSorted());
  expect(statSync(folder).isDirectory()).toBe(true);
  for (const name of readdirSync(path)) expect(name).toMatch(/^\d+$/);
});

it('removes everything, and begins anew', async () => {
  const path = newPath();
  const scratch = scratchFolder(path);
  await scratch.clear();
  const first = scratch.newFolder();
  writeFileSync(join(first, 'x'), 'x');
  await scratch.clear();
  expect(existsSync(path)).toBe(false);
  const second = scratch.newFolder();
  expect(second).not.toBe(first);
  expect(readdirSync(path)).toEqual([basename(second)]);
  await scratch.clear();
  expect(existsSync(path)).toBe(false);
});

it('does not remove what it has not made', async () => {
  const path = newPath();
  mkdirSync(path);
  await scratchFolder(path).clear();
  expect(existsSync(path)).toBe(true);
  expect(() => scratchFolder(path).newFolder()).toThrow('EEXIST');
});

it('throws what else goes wrong as it is', async () => {
  const scratch = scratchFolder(join(root, 'missing', 'folder'));
  await expect(scratch.newFile()).rejects.toMatchObject({ code: 'ENOENT' });
  const path = newPath();
  const other = scratchFolder(path);
  other.newFolder();
  rmSync(path, { recursive: true });
  await expect(other.newFile()).rejects.toMatchObject({ code: 'ENOENT' });
});

it('knows what a full disk, and a full quota, are called', () => {
  expect(['ENOSPC', 'EDQUOT', 'EIO', '', undefined].map(isNoRoom)).toEqual([true, true, false, false, false]);
  const fault = noRoom('for this', new Error('cause'));
  expect(fault).toBeInstanceOf(ScratchFull);
  expect(fault).toMatchObject({ message: 'no room to unpack: for this', cause: new Error('cause') });
});

(canMountSmallDisk() ? describe : describe.skip)('on a disk', () => {
  async function onDisk(bytes: number, files: number, use: (path: string) => Promise<void>): Promise<void> {
    const disk = newPath();
    mkdirSync(disk);
    const unmount = mountSmallDisk(disk, bytes, files);
    try {
      await use(join(disk, 'scratch'));
    } finally {
      unmount();
    }
  }
  const FULL = { name: 'ScratchFull', message: expect.stringMatching(/^no room to unpack: ENOSPC/) };

  it('that gets full, writing fails with its name', async () => {
    await onDisk(65_536, 0, async (path) => {
      const scratch = scratchFolder(path);
      const file = await scratch.newFile();
      await file.write(Buffer.alloc(30_000));
      await expect(file.write(Buffer.alloc(60_000))).rejects.toMatchObject(FULL);
      await file.close();
      await scratch.clear();
      const another = await scratchFolder(path).newFile();
      await another.write(Buffer.alloc(60_000));
      await another.close();
    });
  });

  it('that may have no more files, making one fails with its name', async () => {
    await onDisk(65_536, 3, async (path) => {
      const scratch = scratchFolder(path);
      await (await scratch.newFile()).close();
      await expect(scratch.newFile()).rejects.toMatchObject(FULL);
      expect(() => scratch.newFolder()).toThrow(expect.objectContaining(FULL));
    });
    await onDisk(65_536, 1, async (path) => {
      await expect(scratchFolder(path).newFile()).rejects.toMatchObject(FULL);
    });
  });
});
