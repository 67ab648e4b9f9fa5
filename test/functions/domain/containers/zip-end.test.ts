import { describe, expect, it } from '@jest/globals';
import { type ByteSource, memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { findZipEnd, readZipEnd } from '../../../../functions/domain/containers/zip-end.ts';
import { endRecord, endRecord64 } from '../../../support/zip-writer.ts';

const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;
const TOLD = { entries: 3, length: 150, start: 50 };
const read = (...parts: readonly Buffer[]) => readZipEnd(memorySource(Buffer.concat(parts)));
/** What stands before the end: members and a directory, which are not looked at here. */
const BEFORE = Buffer.alloc(200, 'x');
const edited = (bytes: Buffer, edit: (copy: Buffer) => void) => {
  const copy = Buffer.from(bytes);
  edit(copy);
  return copy;
};
/** Zeros, and these bytes at the end. */
const sparse = (size: number, tail: Buffer): ByteSource => ({
  size,
  async read(start, end) {
    const bytes = Buffer.alloc(Math.max(0, Math.min(end, size) - start));
    tail.copy(bytes, Math.max(0, size - tail.length - start), Math.max(0, start - size + tail.length));
    return bytes;
  },
});
const finding = (rule: string) => ({ name: 'Unaccounted', finding: `ambiguous-archive:${rule}` });

it('says where the directory is', async () => {
  expect(await read(BEFORE, endRecord(TOLD, Buffer.from('comment')), Buffer.from('\r\n\0'))).toEqual({
    directoryStart: 50,
    directoryEnd: 200,
    entries: 3,
    zip64: false,
    comment: Buffer.from('comment'),
  });
});

it.each<[string, number]>([
  ['the number of this disk', 4],
  ['the disk of the directory', 6],
])('refuses a part of a split zip: %s', async (_, at) => {
  await expect(
    read(
      BEFORE,
      edited(endRecord(TOLD), (end) => end.writeUInt16LE(1, at)),
    ),
  ).rejects.toMatchObject(finding('zip-split'));
});

it('reads a directory of 64 MiB, and no longer one', async () => {
  const megabytes = 64 * 1024 * 1024;
  const zip = (length: number) => sparse(length + 22, endRecord({ entries: 9, length, start: 0 }));
  expect(await readZipEnd(zip(megabytes))).toMatchObject({ directoryStart: 0, directoryEnd: megabytes });
  await expect(readZipEnd(zip(megabytes + 1))).rejects.toMatchObject({ finding: 'limits-exceeded:files' });
});

describe('the end in 64 bits', () => {
  const end64 = endRecord64(TOLD);
  const nothing = edited(endRecord({ entries: FULL_16, length: FULL_32, start: FULL_32 }), (end) =>
    end.fill(0xff, 4, 8),
  );
  /** Offsets in the record, and in the locator behind it. */
  const LOCATOR = 56;

  it.each<[string, Buffer, Buffer]>([
    ['where the other says the same', end64, endRecord(TOLD)],
    ['where the other says nothing', end64, nothing],
    ['where the other says nothing of counts', end64, endRecord({ ...TOLD, entries: FULL_16 })],
    ['of no disk in all', edited(end64, (bytes) => bytes.writeUInt32LE(0, LOCATOR + 16)), endRecord(TOLD)],
  ])('is read %s', async (_, large, end) => {
    expect(await read(BEFORE, large, end)).toEqual({
      directoryStart: 50,
      directoryEnd: 200,
      entries: 3,
      zip64: true,
      comment: Buffer.alloc(0),
    });
  });

  it.each<[string, string, (bytes: Buffer) => void]>([
    ['zip-zip64', 'another signature', (bytes) => bytes.writeUInt8(7, 2)],
    ['zip-zip64', 'more fields', (bytes) => bytes.writeUInt8(45, 4)],
    ['zip-zip64', 'fewer fields', (bytes) => bytes.writeUInt8(0, 4)],
    ['zip-zip64', 'another place', (bytes) => bytes.writeUInt8(199, LOCATOR + 8)],
    ['zip-zip64', 'a place far away', (bytes) => bytes.writeUInt8(1, LOCATOR + 13)],
    ['zip-zip64', 'another disk in its locator', (bytes) => bytes.writeUInt8(1, LOCATOR + 4)],
    ['zip-zip64', 'two disks in all', (bytes) => bytes.writeUInt8(2, LOCATOR + 16)],
    ['zip-split', 'another disk', (bytes) => bytes.writeUInt8(1, 16)],
    ['zip-split', 'a directory on another disk', (bytes) => bytes.writeUInt8(1, 20)],
    ['zip-split', 'fewer members here', (bytes) => bytes.writeUInt8(2, 24)],
    ['zip-split', 'more members in all', (bytes) => bytes.writeUInt8(4, 32)],
    ['zip-prefix', 'a shorter directory', (bytes) => bytes.writeUInt8(149, 40)],
    ['zip-prefix', 'a directory elsewhere', (bytes) => bytes.writeUInt8(49, 48)],
  ])('%s: %s', async (rule, _, edit) => {
    for (const end of [endRecord(TOLD), nothing]) {
      await expect(read(BEFORE, edited(end64, edit), end)).rejects.toMatchObject(finding(rule));
    }
  });

  it.each<[string, (end: Buffer) => void]>([
    ['of this disk', (end) => end.writeUInt16LE(1, 4)],
    ['of the disk of the directory', (end) => end.writeUInt16LE(1, 6)],
    ['of the members here', (end) => end.writeUInt16LE(2, 8)],
    ['of all members', (end) => end.writeUInt16LE(2, 10)],
    ['of the length', (end) => end.writeUInt32LE(149, 12)],
    ['of the place', (end) => end.writeUInt32LE(49, 16)],
  ])('is refused where the other says otherwise: %s', async (_, edit) => {
    for (const end of [endRecord(TOLD), nothing]) {
      await expect(read(BEFORE, end64, edited(end, edit))).rejects.toMatchObject(finding('zip-zip64'));
    }
  });

  it('is refused where there is no room for it', async () => {
    const locator = end64.subarray(LOCATOR);
    for (const before of [0, 3, 55]) {
      await expect(read(Buffer.alloc(before), locator, endRecord(TOLD))).rejects.toMatchObject(finding('zip-zip64'));
    }
  });

  it('is none without its locator', async () => {
    const without = Buffer.concat([BEFORE, end64.subarray(0, LOCATOR + 19)]);
    await expect(read(without, endRecord(TOLD))).rejects.toMatchObject(finding('zip-prefix'));
  });
});

describe('the last record', () => {
  const find = (...parts: readonly Buffer[]) => findZipEnd(memorySource(Buffer.concat(parts)));
  const end = endRecord(TOLD);

  it('is found behind anything, and before a comment of any length', async () => {
    expect(await find(end)).toBe(0);
    expect(await find(BEFORE, end)).toBe(200);
    expect(await find(BEFORE, end, Buffer.alloc(FULL_16))).toBe(200);
    expect(await find(Buffer.alloc(100_000), end, Buffer.alloc(FULL_16))).toBe(100_000);
  });

  it('is the last of several', async () => {
    expect(await find(end, end)).toBe(22);
  });

  it('is whole, and not farther away than a comment can be long', async () => {
    expect(await find(BEFORE, end.subarray(0, -1))).toBeNull();
    expect(await find(end, end.subarray(0, -1))).toBe(0);
    expect(await find(end.subarray(0, -1))).toBeNull();
    expect(await find(BEFORE, end, Buffer.alloc(FULL_16 + 1))).toBeNull();
  });
});
