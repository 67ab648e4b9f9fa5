import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { downloadObject } from '../../../../functions/adapters/aws/object-download.ts';
import { StorageUnavailable } from '../../../../functions/domain/errors.ts';
import { brokenOff, memoryStore, readOnlyStore, referenceTo, truncatingStore } from './memory-store.ts';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'object-download-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = () => join(folder, String(files++));

describe('downloadObject', () => {
  it.each([1, 1000, 16 * MIB - 1, 16 * MIB, 16 * MIB + 1, 40 * MIB])('writes %d bytes as they are', async (size) => {
    const content = randomBytes(size);
    const path = newPath();
    await downloadObject(memoryStore(content), referenceTo(content), path);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('reads at most four parts of 16 MiB at a time', async () => {
    const content = Buffer.alloc(100 * MIB);
    const ranges: [number, number][] = [];
    let open = 0;
    let most = 0;
    const store = readOnlyStore({
      async openRange(_object, start, end) {
        ranges.push([start, end]);
        open += 1;
        most = Math.max(most, open);
        return (async function* () {
          yield content.subarray(start, end + 1);
          open -= 1;
        })();
      },
    });
    await downloadObject(store, referenceTo(content), newPath());
    expect(ranges).toHaveLength(7);
    expect(ranges.at(-1)).toEqual([96 * MIB, 100 * MIB - 1]);
    expect(most).toBe(4);
  });

  it.each([
    ['ends early', undefined],
    ['breaks off', brokenOff()],
  ])('throws StorageUnavailable when a range %s', async (_name, fault) => {
    const content = randomBytes(20 * MIB);
    const store = truncatingStore(content, 5 * MIB, fault);
    const message = fault?.message ?? `key: wrong number of bytes in range 0 to ${16 * MIB - 1}`;
    await expect(downloadObject(store, referenceTo(content), newPath())).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message,
    });
  });

  it.each([
    ['arrives whole', 999, undefined],
    ['is written as it arrives', 9_000_000, 9_000_000 - 399],
  ])(
    'throws StorageUnavailable when a range brings more than was asked for, and writes nothing beyond it: one that %s',
    async (_name, size, written) => {
      const chunks = [randomBytes(size - 399), randomBytes(400)];
      const store = readOnlyStore({ openRange: async () => inChunks(...chunks) });
      const path = newPath();
      const reference = { ...referenceTo(Buffer.alloc(size)), key: 'long' };
      await expect(downloadObject(store, reference, path)).rejects.toMatchObject({
        name: 'StorageUnavailable',
        message: `long: wrong number of bytes in range 0 to ${size - 1}`,
      });
      expect(statSync(path, { throwIfNoEntry: false })?.size).toBe(written);
    },
  );

  it('keeps what it has read at once, and nothing of what it writes as it arrives', async () => {
    const [small, large] = [randomBytes(1000), Buffer.alloc(9_000_000)];
    expect((await downloadObject(memoryStore(small), referenceTo(small), newPath())).bytes).toEqual(small);
    expect(await downloadObject(memoryStore(large), referenceTo(large), newPath())).not.toHaveProperty('bytes');
  });

  it('ends only when every part has let go of the file, with the first fault, and begins no more parts', async () => {
    const first = new StorageUnavailable('the first part');
    const held = Promise.withResolvers<void>();
    const writing = Promise.withResolvers<void>();
    const begun: number[] = [];
    const store = readOnlyStore({
      async openRange(_object, start) {
        begun.push(start);
        if (start === 0) throw first;
        return (async function* () {
          yield Buffer.alloc(MIB);
          writing.resolve();
          await held.promise;
          if (start > 16 * MIB) throw new StorageUnavailable('a later part');
          yield Buffer.alloc(15 * MIB);
        })();
      },
    });
    let ended = false;
    const download = downloadObject(store, { ...referenceTo(Buffer.alloc(0)), size: 96 * MIB }, newPath());
    const fault = download.catch((error: unknown) => {
      ended = true;
      return error;
    });
    await writing.promise;
    // When this is done, all earlier file system requests are too.
    for (let turn = 0; turn < 20; turn += 1) await stat(folder);
    expect(ended).toBe(false);
    held.resolve();
    expect(await fault).toBe(first);
    // The second part was complete, and its worker started no other.
    expect(begun).toEqual([0, 16 * MIB, 32 * MIB, 48 * MIB]);
  });

  it('closes the file, however it ends', async () => {
    const opened = () => readdirSync('/proc/self/fd').filter((fd) => target(fd).startsWith(folder)).length;
    const content = randomBytes(1000);
    await downloadObject(memoryStore(content), referenceTo(content), newPath());
    await downloadObject(truncatingStore(content, 10, brokenOff()), referenceTo(content), newPath()).catch(() => {});
    expect(opened()).toBe(0);
  });

  it('does not write over a file that is there', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    const content = randomBytes(10);
    await expect(downloadObject(memoryStore(content), referenceTo(content), path)).rejects.toThrow('EEXIST');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
});

async function* inChunks(...chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

/** What a file descriptor of this process stands for; nothing when it was closed meanwhile. */
function target(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
