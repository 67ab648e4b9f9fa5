import { describe, expect, it } from '@jest/globals';
import { isBinaryStl, magicTypeOf } from '../../../../functions/domain/file-type/magic-numbers.ts';
import { isoMedia } from '../../../support/file-types/iso-media.ts';

const binary = (...bytes: number[]) => Buffer.from([...bytes, ...new Array(64).fill(0)]);

describe('formats that no library tells', () => {
  it.each<[string, Buffer]>([
    ['image/wmf', binary(0xd7, 0xcd, 0xc6, 0x9a)],
    ['image/wmf', binary(1, 0, 9, 0, 0, 3)],
    ['image/wmf', binary(2, 0, 9, 0, 0, 3)],
    ['image/emf', Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.alloc(36), Buffer.from(' EMF'), Buffer.alloc(8)])],
    ['application/x-xar', binary(0x78, 0x61, 0x72, 0x21)],
    ['application/x-outlook-store', binary(0x21, 0x42, 0x44, 0x4e)],
    ['video/mp4', Buffer.concat([Buffer.alloc(4), Buffer.from('styp')])],
  ])('%s', (type, bytes) => {
    expect(magicTypeOf(bytes)).toBe(type);
    // One byte of the magic number is another.
    for (let at = 0; at < Math.min(44, bytes.length); at += 1) {
      if (bytes[at] === 0) continue;
      const other = Buffer.from(bytes);
      other[at] = 0xee;
      expect([at, magicTypeOf(other)]).toEqual([at, null]);
    }
  });

  it.each([
    ['heim', 'image/heic'],
    ['hevs', 'image/heic-sequence'],
    ['mif2', 'image/heif'],
    ['avio', 'image/avif'],
    ['mp42', null],
  ])('pictures of brand %s', (brand, type) => {
    expect(magicTypeOf(isoMedia(brand))).toBe(type);
    expect(magicTypeOf(isoMedia(brand, [brand], 'free'))).toBeNull();
  });

  it('are none in what is too short', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('xar'), Buffer.from('\0\0\0\x10ftyp', 'latin1')]) {
      expect(magicTypeOf(bytes)).toBeNull();
    }
  });
});

describe('binary STL', () => {
  const stl = (triangles: number, claimed = triangles) => {
    const bytes = Buffer.alloc(84 + triangles * 50);
    bytes.writeUInt32LE(claimed, 80);
    return bytes;
  };

  it('is as long as its triangles are', () => {
    expect([1, 2, 100].map((count) => isBinaryStl(stl(count), stl(count).length))).toEqual([true, true, true]);
    expect(isBinaryStl(stl(2, 3), stl(2).length)).toBe(false);
    expect(isBinaryStl(stl(0), 84)).toBe(false);
    expect(isBinaryStl(Buffer.alloc(83), 83)).toBe(false);
    // Only the head is read of a long one.
    expect(isBinaryStl(stl(3, 1_000_000), 84 + 50_000_000)).toBe(true);
  });
});
