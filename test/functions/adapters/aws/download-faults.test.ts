import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScratch } from '../../../../functions/adapters/aws/object-copy.ts';
import { downloadObject } from '../../../../functions/adapters/aws/object-download.ts';
import { ObjectReplaced, StorageUnavailable } from '../../../../functions/domain/errors.ts';
import { readOnlyStore } from './memory-store.ts';

/* One part of a download fails while others still write. Linux only. */
const PART = 16 * 1024 * 1024;
const object = { bucket: 'b', key: 'k', etag: 'e', size: 8 * PART };
const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'download-faults-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const files = () => readdirSync(parent, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const opened = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(parent);
    } catch {
      return false; // closed meanwhile
    }
  });

/** Every part has written something and waits for its scripted end. */
function heldParts() {
  const ends = new Map<number, PromiseWithResolvers<void>>();
  /** Parts whose first bytes are written: a slow disk takes longer than a few turns. */
  const held = new Set<number>();
  const store = readOnlyStore({
    async openRange(_object, start) {
      const end = Promise.withResolvers<void>();
      ends.set(start / PART, end);
      return (async function* () {
        yield Buffer.from('some');
        held.add(start / PART);
        await end.promise;
        yield Buffer.from('more');
        throw new StorageUnavailable(`part ${start / PART} broke off`);
      })();
    },
  });
  return { store, ends, held, fail: (part: number, fault: Error) => ends.get(part)?.reject(fault) };
}

describe.each([0, 1, 2, 3])('when part %d fails first', (failing) => {
  const first = new ObjectReplaced('the first fault');
  const others = [0, 1, 2, 3].filter((part) => part !== failing);

  it('the download waits for the others, and names that fault', async () => {
    const { store, ends, held, fail } = heldParts();
    let settled = false;
    const ended = downloadObject(store, object, join(parent, 'copy'))
      .catch((fault: unknown) => fault)
      .finally(() => {
        settled = true;
      });
    while (held.size < 4) await turns();
    fail(failing, first);
    await turns();
    expect(settled).toBe(false);
    expect(opened()).toHaveLength(1);
    for (const part of others) ends.get(part)?.resolve();
    expect(await ended).toBe(first);
    expect(opened()).toEqual([]);
    // No part started after the fault.
    expect(ends.size).toBe(4);
    await turns();
  });

  it('the copy stays until the others have let go of it, and is gone then', async () => {
    const { store, ends, held, fail } = heldParts();
    const scratch = createScratch(store, { parent, freeBytes: () => Number.MAX_SAFE_INTEGER });
    const use = () => Promise.reject(new TypeError('not to be used'));
    const ended = scratch.withCopy(object, use).catch((fault: unknown) => fault);
    while (held.size < 4) await turns();
    fail(failing, first);
    await turns();
    expect(files()).toHaveLength(1);
    for (const part of others) ends.get(part)?.resolve();
    expect(await ended).toBe(first);
    expect([files(), opened()]).toEqual([[], []]);
    scratch.close();
  });
});

it('no part is begun after a fault, though the others end well', async () => {
  const begun: number[] = [];
  const failed = Promise.withResolvers<void>();
  const store = readOnlyStore({
    async openRange(_object, start) {
      begun.push(start / PART);
      if (start === PART) throw new ObjectReplaced('the first fault');
      return (async function* () {
        await failed.promise;
        yield Buffer.alloc(PART);
      })();
    },
  });
  const ended = downloadObject(store, object, join(parent, 'copy')).catch((fault: unknown) => fault);
  while (begun.length < 4) await turns();
  await turns();
  failed.resolve();
  expect(await ended).toBeInstanceOf(ObjectReplaced);
  expect(begun).toEqual([0, 1, 2, 3]);
});
