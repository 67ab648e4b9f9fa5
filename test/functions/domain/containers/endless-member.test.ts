import { crc32 } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { seemsToEnd } from '../../../../functions/domain/containers/endless-member.ts';
import type { ZipMember } from '../../../../functions/domain/containers/zip-structure.ts';
import { descriptor, writeZip } from '../../../support/zip-writer.ts';

const MEGABYTE = 1024 * 1024;
const GOOD = Buffer.from('good');
const END = descriptor(GOOD, GOOD.length);
/** Stored data behind three other bytes, with the descriptor that follows them. */
const seems = (...parts: readonly (Buffer | string)[]) => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
  const member = { start: 3, compressedSize: content.length } as ZipMember;
  const behind = descriptor(content, content.length);
  return seemsToEnd(memorySource(Buffer.concat([Buffer.from('PK\x07'), content, behind])), member, crc32);
};

it.each<[boolean, string, readonly (Buffer | string)[]]>([
  [true, 'a descriptor that fits', [GOOD, END]],
  [true, 'one with the checksum only', [GOOD, END.subarray(0, 8), Buffer.alloc(8)]],
  [true, 'one with the length only', ['GOOD', END]],
  [true, 'one that fits behind another', [GOOD, 'PK\x07\x08', descriptor(Buffer.from('goodPK\x07\x08'), 8)]],
  [true, 'one of no bytes at the beginning', [descriptor(Buffer.alloc(0), 0)]],
  [true, 'one that ends with the data', ['GOOD', END.subarray(0, 12)]],
  [true, 'one that ends behind the data', [GOOD, END.subarray(0, 8)]],
  [false, 'one of other data and another length', ['other', END]],
  [false, 'the signature alone', ['PK\x07\x08 twice PK\x07\x08, and of no sense']],
  [false, 'a zip', [writeZip([{ content: 'an inner zip' }])]],
  [false, 'nothing', []],
  [false, 'another signature', [GOOD, 'PK\x07\x09', END.subarray(4)]],
])('an end of data within data: %s: %s', async (expected, _, parts) => {
  expect(await seems(...parts)).toBe(expected);
});

it('sums up data that are read in pieces', async () => {
  for (const length of [MEGABYTE - 14, MEGABYTE - 2, MEGABYTE, 2 * MEGABYTE + 5]) {
    const long = Buffer.alloc(length, 'xyz');
    expect(await seems(long, descriptor(long, 0), 'more')).toBe(true);
    expect(await seems(long, descriptor(GOOD, length), 'more')).toBe(true);
    expect(await seems(long, descriptor(GOOD, length - 1), 'more')).toBe(false);
  }
});

it('looks at every place where one may begin, also across pieces', async () => {
  const long = Buffer.alloc(MEGABYTE - 100, 'x');
  const decoy = Buffer.concat([Buffer.from('PK\x07\x08'), Buffer.alloc(8, 'z')]);
  const before = Buffer.concat([decoy, long, decoy, Buffer.alloc(80, 'y'), decoy]);
  expect(await seems(before, descriptor(before, 0))).toBe(true);
  expect(await seems(before, descriptor(long, 0))).toBe(false);
});
