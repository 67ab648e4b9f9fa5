import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canMountSmallDisk, mountSmallDisk } from '../../support/small-disk.ts';

const { temporaryFolderFault } = await import(resolve('local/setup/temporary-folder.mjs'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temporary-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('The temporary folder', () => {
  it('is fine with room in it', () => {
    expect(temporaryFolderFault(folder)).toBeUndefined();
  });

  it.each([
    ['that does not exist', 'none', /cannot be written to \(ENOENT\)/],
    ['that is a file', 'file', /cannot be written to \(ENOTDIR\)/],
  ])('%s is named, with what to do', (_, name, fault) => {
    writeFileSync(join(folder, 'file'), '');
    expect(temporaryFolderFault(join(folder, name))).toMatch(fault);
    expect(temporaryFolderFault(join(folder, name))).toMatch(/name another folder in TMPDIR, then run this again/);
  });

  (canMountSmallDisk() ? it.each : it.skip.each)([
    ['full', 1_000_000, 1, /is full\. Make room/],
    ['nearly full', 50_000_000, 0, /has 50 MB left, 100 MB are needed/],
  ])('on a disk that is %s is refused', (_, bytes, files, fault) => {
    const unmount = mountSmallDisk(folder, bytes, files);
    try {
      expect(temporaryFolderFault(folder)).toMatch(fault);
    } finally {
      unmount();
    }
  });
});
