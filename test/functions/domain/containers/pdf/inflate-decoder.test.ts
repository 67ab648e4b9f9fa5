import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, deflateSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InflateDecoder } from '../../../../../functions/domain/containers/pdf/inflate-decoder.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';

const decode = (bytes: Buffer, sizes?: number[]) => decodeInPieces(new InflateDecoder(), bytes, sizes);

/** Parts of several kinds, so that there are literals and repetitions, near and far. */
const part = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 3000 })).map(([byte, count]) => Buffer.alloc(count, byte)),
  fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 100 })).map(([s, n]) => Buffer.from(s.repeat(n))),
  fc.integer({ min: 1, max: 40_000 }).map((count) => NOISE.subarray(0, count)),
);
const NOISE = randomBytes(40_000);
const data = fc.array(part, { maxLength: 8 }).map((parts) => Buffer.concat(parts));
const options: fc.Arbitrary<ZlibOptions> = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
    constants.Z_FILTERED,
  ),
});
const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });

describe('what zlib deflates', () => {
  it.each([
    ['with its header', deflateSync],
    ['without', deflateRawSync],
  ] as const)('comes out %s, in pieces of any size, up to its end and no further', (_, deflate) => {
    fc.assert(
      fc.property(data, options, pieces, fc.nat({ max: 2000 }), (content, how, sizes, behind) => {
        const deflated = deflate(content, how);
        const result = decode(Buffer.concat([deflated, NOISE.subarray(0, behind)]), sizes);
        expect(result.consumed).toBe(deflated.length);
        expect(result.content.equals(content)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('comes out where repetitions are as long and as far away as can be', () => {
    const content = Buffer.concat([NOISE.subarray(0, 32_768), ...Array(8).fill(NOISE.subarray(0, 32_768))]);
    for (const level of [1, 9]) expect(decode(deflateSync(content, { level })).content.equals(content)).toBe(true);
    const zeros = Buffer.alloc(2 ** 20);
    expect(decode(deflateSync(zeros, { level: 9 })).content.equals(zeros)).toBe(true);
  });

  it('comes out where a stored block is longer than a piece', () => {
    const content = Buffer.concat([NOISE, Buffer.from('end')]);
    expect(decode(deflateSync(content, { level: 0 }), [16_384])).toEqual({
      content,
      consumed: deflateSync(content, { level: 0 }).length,
    });
  });
});

it('hands over while input comes, not at the end only', () => {
  const decoder = new InflateDecoder();
  const deflated = deflateSync(NOISE);
  const early = Buffer.concat([...decoder.push(deflated.subarray(0, 20_000))]);
  expect(early.length).toBeGreaterThan(18_000);
  expect(early.length).toBeLessThan(20_000);
  expect(early.equals(NOISE.subarray(0, early.length))).toBe(true);
});

it('hands over in bounded buffers what becomes much from little, and decodes no further before that', () => {
  const decoder = new InflateDecoder();
  const [first] = decoder.push(deflateSync(Buffer.alloc(4_000_000)));
  expect(first).toHaveLength(128 * 1024);
  const rest = [...decoder.end()];
  expect(Math.max(...rest.map(({ length }) => length))).toBeLessThanOrEqual(128 * 1024);
  expect(Buffer.concat(rest)).toHaveLength(4_000_000 - 128 * 1024);
});

describe('what is cut off', () => {
  it('gives at least what zlib gives, and nothing else', () => {
    fc.assert(
      fc.property(data, options, fc.double({ min: 0, max: 1, noNaN: true }), (content, how, share) => {
        const deflated = deflateRawSync(content, how);
        const cut = deflated.subarray(0, Math.floor(share * deflated.length));
        const ofZlib = inflateRawSync(cut, { finishFlush: constants.Z_SYNC_FLUSH });
        const result = decode(cut);
        expect(result.content.length).toBeGreaterThanOrEqual(ofZlib.length);
        expect(content.subarray(0, result.content.length).equals(result.content)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('gives every byte of a stored block', () => {
    const deflated = deflateRawSync(NOISE.subarray(0, 1000), { level: 0 });
    expect(decode(deflated.subarray(0, 700)).content.equals(NOISE.subarray(0, 695))).toBe(true);
  });

  it.each([0, 1, 2, 3, 4, 5])('is nothing of %d bytes', (length) => {
    const { content, consumed } = decode(deflateSync(NOISE, { level: 0 }).subarray(0, length));
    expect([content.length, consumed]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});

describe('what is broken', () => {
  const stored = (text: string, last: 0 | 1) => {
    const head = Buffer.from([last, 0, 0, 0, 0]);
    head.writeUInt16LE(text.length, 1);
    head.writeUInt16LE(text.length ^ 0xffff, 3);
    return Buffer.concat([head, Buffer.from(text)]);
  };

  it('gives what is before that, and never ends', () => {
    const result = decode(Buffer.concat([stored('good', 0), Buffer.from([7]), stored('more', 1)]), [3]);
    expect([result.content.toString(), result.consumed]).toEqual(['good', Number.POSITIVE_INFINITY]);
  });

  it('is not an empty block among others', () => {
    const result = decode(Buffer.concat([stored('one', 0), stored('', 0), stored('two', 1), Buffer.from('tail')]));
    expect([result.content.toString(), result.consumed]).toEqual(['onetwo', 21]);
  });

  it('is a header that asks for a dictionary', () => {
    const head = Buffer.from([0x78, 0x20]);
    head[1] = 0x20 + (31 - (head.readUInt16BE(0) % 31));
    expect(head.readUInt16BE(0) % 31).toBe(0);
    const { content, consumed } = decode(Buffer.concat([head, stored('text', 1)]));
    expect([content.length, consumed]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it.each<[string, number]>([
    ['another method', 0x7701],
    ['a checksum of its own that is wrong', 0x789d],
  ])('is no header of zlib with %s', (_, head) => {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(head);
    expect(decode(Buffer.concat([bytes, deflateRawSync('text')])).content.toString()).not.toBe('text');
  });

  it('throws nothing for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decode(Buffer.from(bytes), [7]);
      }),
      { numRuns: 500 },
    );
  });
});
