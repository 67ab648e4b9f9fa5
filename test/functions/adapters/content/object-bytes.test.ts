import { describe, expect, it } from '@jest/globals';
import { ObjectBytes, READ_LIMITS } from '../../../../functions/adapters/content/object-bytes.ts';
import { ObjectReplaced, StorageUnavailable } from '../../../../functions/domain/errors.ts';
import { memoryStore, sparse } from '../../../support/memory-store.ts';

const KIB = 1024;
const BLOCK = 64 * KIB;
const MIB = 1024 * KIB;

/** Bytes that encode their offset. */
const content = (size: number) => Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 251));

function open(bytes: Uint8Array | ReturnType<typeof sparse>) {
  const { store, reads, reference } = memoryStore(bytes);
  return { bytes: new ObjectBytes(store, reference('key')), reads };
}

describe('an object’s bytes', () => {
  it.each([
    [0, 10],
    [BLOCK - 5, 10],
    [BLOCK, BLOCK],
    [BLOCK - 1, BLOCK + 2],
    [3 * BLOCK - 7, 100],
    [BLOCK + 1, 2 * BLOCK],
    [2 * BLOCK - 1, BLOCK + 12],
    [0, 3 * BLOCK],
  ])('from %i, %i of them, are what the object holds there', async (start, length) => {
    const whole = content(3 * BLOCK + 11);
    const { bytes } = open(whole);
    expect(Buffer.from(await bytes.read(start, length)).equals(whole.subarray(start, start + length))).toBe(true);
  });

  it('end where the object ends', async () => {
    const whole = content(100);
    const { bytes, reads } = open(whole);
    expect(Buffer.from(await bytes.read(90, 1000)).equals(whole.subarray(90))).toBe(true);
    for (const start of [100, 101, 1e12]) expect(await bytes.read(start, 10)).toHaveLength(0);
    expect(await bytes.read(50, 0)).toHaveLength(0);
    expect(reads).toEqual([{ start: 0, end: 99 }]);
  });

  it('cost no request where none are wanted, or none are there', async () => {
    const { bytes, reads } = open(content(100));
    for (const [start, length] of [
      [0, 0],
      [50, 0],
      [100, 10],
      [101, 10],
    ] as const)
      expect(await bytes.read(start, length)).toHaveLength(0);
    const { bytes: empty, reads: none } = open(content(0));
    expect(await empty.read(0, 10)).toHaveLength(0);
    expect([...reads, ...none]).toEqual([]);
  });

  it('come in whole blocks, each once, neighbors that are missing in one request', async () => {
    const { bytes, reads } = open(content(6 * BLOCK));
    await bytes.read(2 * BLOCK + 1, 1);
    await bytes.read(2 * BLOCK, BLOCK);
    expect(reads).toEqual([{ start: 2 * BLOCK, end: 3 * BLOCK - 1 }]);
    await bytes.read(10, 6 * BLOCK - 20);
    expect(reads.slice(1)).toEqual([
      { start: 0, end: 2 * BLOCK - 1 },
      { start: 3 * BLOCK, end: 6 * BLOCK - 1 },
    ]);
    expect(bytes).toMatchObject({ requests: 3, bytes: 6 * BLOCK, fault: undefined });
  });
});

describe('the limits of what is read', () => {
  const GIB = 1024 * MIB;

  it('are 48 requests', async () => {
    const { bytes, reads } = open(sparse(GIB, []));
    for (let index = 0; index < READ_LIMITS.requests; index += 1) await bytes.read(2 * index * BLOCK, 1);
    await expect(bytes.read(200 * BLOCK, 1)).rejects.toMatchObject({ name: 'ReadLimitReached' });
    // Cached blocks cost no request.
    expect(await bytes.read(0, 10)).toHaveLength(10);
    expect(reads).toHaveLength(48);
    expect(bytes.fault).toBeUndefined();
  });

  it('are 8 MiB in all', async () => {
    const { bytes } = open(sparse(GIB, []));
    expect(await bytes.read(0, 4 * MIB)).toHaveLength(4 * MIB);
    expect(await bytes.read(4 * MIB, 4 * MIB)).toHaveLength(4 * MIB);
    await expect(bytes.read(8 * MIB, 1)).rejects.toMatchObject({ name: 'ReadLimitReached' });
    expect(bytes).toMatchObject({ requests: 2, bytes: 8 * MIB });
  });

  it('are 8 MiB at once', async () => {
    const { bytes } = open(sparse(GIB, []));
    expect(await bytes.read(0, 8 * MIB)).toHaveLength(8 * MIB);
    const { bytes: other, reads } = open(sparse(GIB, []));
    await expect(other.read(0, 8 * MIB + 1)).rejects.toMatchObject({ name: 'ReadLimitReached' });
    await expect(other.read(0, GIB)).rejects.toMatchObject({ name: 'ReadLimitReached' });
    expect(reads).toEqual([]);
  });

  it('are held to before the first of several requests', async () => {
    const { bytes, reads } = open(sparse(GIB, []));
    await bytes.read(2 * BLOCK, 1);
    await expect(bytes.read(0, GIB)).rejects.toMatchObject({ name: 'ReadLimitReached' });
    expect(reads).toEqual([{ start: 2 * BLOCK, end: 3 * BLOCK - 1 }]);
  });
});

describe('a fault of the store', () => {
  it('is thrown and kept, the first one of several', async () => {
    const faults = [new ObjectReplaced('first'), new StorageUnavailable('second')];
    let calls = 0;
    const store = { readRange: async () => Promise.reject(faults[calls++]) };
    const bytes = new ObjectBytes(store, { bucket: 'b', key: 'k', size: 10, etag: 'e' });
    await expect(bytes.read(0, 10)).rejects.toBe(faults[0]);
    await expect(bytes.read(0, 10)).rejects.toBe(faults[1]);
    expect(bytes.fault).toBe(faults[0]);
  });

  it.each([9, 11])('is an answer of %i bytes where 10 were asked for', async (length) => {
    const store = { readRange: async () => new Uint8Array(length) };
    const bytes = new ObjectBytes(store, { bucket: 'b', key: 'k', size: 10, etag: 'e' });
    await expect(bytes.read(0, 10)).rejects.toThrow(new StorageUnavailable(`got ${length} of 10 bytes`));
    expect(bytes.fault).toBeInstanceOf(StorageUnavailable);
  });
});

describe('bytes that are read once', () => {
  it('are exact, not kept and not limited', async () => {
    const whole = content(BLOCK + 11);
    const { bytes, reads } = open(whole);
    expect(Buffer.from(await bytes.readOnce(5, BLOCK)).equals(whole.subarray(5, BLOCK + 5))).toBe(true);
    expect(Buffer.from(await bytes.readOnce(BLOCK, BLOCK)).equals(whole.subarray(BLOCK))).toBe(true);
    await bytes.readOnce(5, BLOCK);
    expect(reads.map(({ start }) => start)).toEqual([5, BLOCK, 5]);
    expect([bytes.requests, bytes.bytes]).toEqual([0, 0]);
    const { bytes: large } = open(sparse(1024 * MIB, []));
    for (let at = 0; at < 32; at += 4) expect(await large.readOnce(at * MIB, 4 * MIB)).toHaveLength(4 * MIB);
  });
});
