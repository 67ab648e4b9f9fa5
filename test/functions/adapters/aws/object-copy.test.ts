import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScratch } from '../../../../functions/adapters/aws/object-copy.ts';
import { ScratchFull, StorageUnavailable } from '../../../../functions/domain/errors.ts';
import type { FileCopy } from '../../../../functions/domain/ports.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../../support/small-disk.ts';
import { brokenOff, memoryStore, referenceTo, truncatingStore } from './memory-store.ts';

const content = randomBytes(3000);
const itOnSmallDisk = canMountSmallDisk() ? it : it.skip;
let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'scratch-test-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const left = () =>
  readdirSync(parent, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());

describe('withCopy', () => {
  it('hands out a copy under a random name in a private folder, and removes it', async () => {
    const scratch = createScratch(memoryStore(content), { parent });
    const keys = ['../../etc/passwd', 'main.cvd', '/absolute', 'a\0b', '$(id)'];
    for (const key of keys) {
      await scratch.withCopy(referenceTo(content, key), async ({ path }) => {
        expect(path.slice(parent.length)).toMatch(/^\/airlock-\d+-scratch-\w{6}\/[0-9a-f-]{36}$/);
        expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
        expect(readFileSync(path).equals(content)).toBe(true);
      });
      expect(left()).toEqual([]);
    }
    scratch.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('leaves nothing behind when the scan or the download fails', async () => {
    const scratch = createScratch(memoryStore(content), { parent });
    const failing = () => Promise.reject(new Error('scan failed'));
    await expect(scratch.withCopy(referenceTo(content), failing)).rejects.toThrow('scan failed');
    expect(left()).toEqual([]);
    scratch.close();

    const broken = createScratch(truncatingStore(content, 100, brokenOff()), { parent });
    await expect(broken.withCopy(referenceTo(content), failing)).rejects.toThrow(StorageUnavailable);
    expect(left()).toEqual([]);
    broken.close();
  });

  it('has a small object in memory too while it is used, and gives that memory back unless a failure left a reader behind', async () => {
    const large = randomBytes(100_000);
    const scratch = createScratch(memoryStore(large), { parent });
    const seen: Uint8Array[] = [];
    const look = async ({ bytes = Buffer.alloc(0) }: FileCopy) => {
      expect(Buffer.compare(bytes, large)).toBe(0);
      seen.push(bytes);
      if (seen.length === 2) throw new Error('scan failed');
    };
    await scratch.withCopy(referenceTo(large), look);
    await expect(scratch.withCopy(referenceTo(large), look)).rejects.toThrow('scan failed');
    expect(seen.map(({ length }) => length)).toEqual([0, large.length]);
    scratch.close();
  });

  it('does not mind a copy that is gone already', async () => {
    const scratch = createScratch(memoryStore(content), { parent });
    expect(
      await scratch.withCopy(referenceTo(content), async ({ path }) => {
        rmSync(path);
        return 'used';
      }),
    ).toBe('used');
    scratch.close();
  });

  it('throws ScratchFull before reading when there is no room', async () => {
    const scratch = createScratch(truncatingStore(content, 0, new Error('read')), {
      parent,
      freeBytes: () => content.length - 1,
    });
    const full = scratch.withCopy(referenceTo(content), async () => {});
    await expect(full).rejects.toThrow(ScratchFull);
    await expect(full).rejects.toThrow(/^no room for 3000 bytes in .*-scratch-\w{6}$/);
    scratch.close();
  });

  it('waits for room that another copy takes', async () => {
    const scratch = createScratch(memoryStore(content), { parent, freeBytes: () => content.length * 1.5 });
    const first = Promise.withResolvers<void>();
    const began: string[] = [];
    const copies = [
      scratch.withCopy(referenceTo(content), async () => {
        began.push('first');
        await first.promise;
      }),
      scratch.withCopy(referenceTo(content), async () => {
        began.push('second');
        expect(left()).toHaveLength(1);
      }),
    ];
    first.resolve();
    await Promise.all(copies);
    expect(began).toEqual(['first', 'second']);
    scratch.close();
  });

  it.each(['ENOSPC', 'EDQUOT'])('throws ScratchFull when a write fails with %s', async (code) => {
    const full = Object.assign(new Error(`${code}: no room`), { code });
    const scratch = createScratch(truncatingStore(content, 10, full), { parent });
    const copy = scratch.withCopy(referenceTo(content), async () => {});
    await expect(copy).rejects.toMatchObject({ name: 'ScratchFull', message: full.message, cause: full });
    scratch.close();
  });

  itOnSmallDisk('throws ScratchFull when the disk fills up meanwhile', async () => {
    const unmount = mountSmallDisk(parent, 65_536);
    try {
      const large = randomBytes(200_000);
      const tiny = createScratch(memoryStore(large), { parent, freeBytes: () => Number.MAX_SAFE_INTEGER });
      await expect(tiny.withCopy(referenceTo(large), async () => {})).rejects.toThrow(ScratchFull);
      expect(left()).toEqual([]);
      tiny.close();
    } finally {
      unmount();
    }
  });
});
