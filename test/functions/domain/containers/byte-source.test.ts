import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CHUNK_BYTES,
  memorySource,
  piecesOf,
  prefixed,
  sliceOf,
} from '../../../../functions/domain/containers/byte-source.ts';

const BYTES = Buffer.from('0123456789abcdef');
/** What a source must give: an end before the start is nothing, one behind the end is cut. */
const part = (bytes: Buffer, start: number, end: number) => bytes.subarray(start, Math.max(start, end)).toString();
const places = fc.tuple(fc.nat(20), fc.integer({ min: -3, max: 20 }));
const holds = (check: (text: Buffer, [start, end]: [number, number], [from, to]: [number, number]) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(fc.nat(BYTES.length), fc.tuple(fc.nat(20), fc.nat(20)), places, (size, range, place) =>
      check(BYTES.subarray(0, size), range, place),
    ),
    { numRuns: 300 },
  );

it('reads any range of bytes in memory, also of a view of them', () =>
  holds(async (bytes, _, [from, to]) => {
    const source = memorySource(bytes);
    expect(source.size).toBe(bytes.length);
    expect((await source.read(from, to)).toString()).toBe(part(bytes, from, to));
    const view = memorySource(new Uint8Array(BYTES.buffer, BYTES.byteOffset + 3, 5));
    expect([view.size, (await view.read(0, 99)).toString()]).toEqual([5, '34567']);
  }));

it('reads any range of a part of a source, and nothing of what surrounds it', () =>
  holds(async (bytes, [start, end], [from, to]) => {
    const expected = Buffer.from(part(bytes, start, end));
    const slice = sliceOf(memorySource(bytes), start, end);
    expect(slice.size).toBe(expected.length);
    expect((await slice.read(from, to)).toString()).toBe(part(expected, from, to));
  }));

it('reads any range of bytes with others in front of them', () =>
  holds(async (bytes, [length], [from, to]) => {
    const front = Buffer.from('front').subarray(0, length);
    const expected = Buffer.concat([front, bytes]);
    const source = prefixed(front, memorySource(bytes));
    expect(source.size).toBe(expected.length);
    expect((await source.read(from, to)).toString()).toBe(part(expected, from, to));
  }));

it('gives a source in pieces, each with what overlaps the next, and none behind its end', async () => {
  const pieces = async (options: Parameters<typeof piecesOf>[1]) => {
    const all: (readonly [number, string])[] = [];
    for await (const { start, bytes } of piecesOf(memorySource(BYTES), options)) all.push([start, bytes.toString()]);
    return all;
  };
  const expected = [
    [0, '012345'],
    [4, '456789'],
    [8, '89abcd'],
    [12, 'cdef'],
  ];
  expect(await pieces({ length: 4, overlap: 2 })).toEqual(expected);
  expect(await pieces({ from: 8, length: 4, overlap: 2 })).toEqual(expected.slice(2));
  expect(await pieces({ from: 16 })).toEqual([]);
  expect(await pieces({})).toEqual([[0, BYTES.toString()]]);
  const sizes: number[] = [];
  for await (const { bytes } of piecesOf(memorySource(Buffer.alloc(CHUNK_BYTES + 1)))) sizes.push(bytes.length);
  expect(sizes).toEqual([CHUNK_BYTES, 1]);
});
