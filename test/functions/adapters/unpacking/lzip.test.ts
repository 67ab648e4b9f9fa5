import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { decodeLzip } from '../../../../functions/adapters/unpacking/lzip.ts';
import { type ByteSource, memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { strictSource } from '../../../support/strict-source.ts';

interface Parts {
  readonly magic?: string;
  /** The dictionary's size as the header has it. */
  readonly coded?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly length?: number;
}

/** A member whose stream is no LZMA: a decoder of the test's own makes its content of it. */
function member(content: Buffer, stream: Buffer, parts: Parts = {}): Buffer {
  const { magic = 'LZIP\x01', coded = 12, crc = crc32(content), size = content.length } = parts;
  const trailer = Buffer.alloc(20);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeBigUInt64LE(BigInt(size), 4);
  trailer.writeBigUInt64LE(BigInt(parts.length ?? stream.length + 26), 12);
  return Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.from([coded]), stream, trailer]);
}
const stream = (letter: string, length = 10) => Buffer.alloc(length, letter);

/** What comes out where each stream's content is what the table says of its first letter. */
async function decoded(file: Buffer, contents: Readonly<Record<string, Buffer>> = {}) {
  const written: Buffer[] = [];
  const given: Buffer[] = [];
  await decodeLzip(
    memorySource(file),
    { write: async (bytes) => void written.push(bytes) },
    async (source: ByteSource) => {
      const bytes = await source.read(0, source.size);
      given.push(bytes);
      return strictSource(contents[bytes.toString('latin1', 13, 14)] ?? Buffer.alloc(0));
    },
  );
  return { content: Buffer.concat(written), given };
}
const A = Buffer.from('content of a');
const B = Buffer.alloc(2 * 1024 * 1024, 'content of b');
const findingOf = (file: Buffer) =>
  decoded(file, { a: A, b: B }).then(
    () => null,
    (fault: { finding?: string }) => fault.finding,
  );

it('decodes every member, from the first to the last', async () => {
  const file = Buffer.concat([member(A, stream('a')), member(B, stream('b', 500)), member(A, stream('a', 30))]);
  const { content, given } = await decoded(file, { a: A, b: B });
  expect(content.equals(Buffer.concat([A, B, A]))).toBe(true);
  expect(given.map(({ length }) => length)).toEqual([23, 513, 43]);
  expect(given[0]?.subarray(13)).toEqual(stream('a'));
});

it('decodes nothing of nothing', async () => {
  expect((await decoded(Buffer.alloc(0))).content).toHaveLength(0);
});

describe("LZMA's old header", () => {
  it.each([
    [12, 2 ** 12],
    [16, 2 ** 16],
    [29, 2 ** 29],
    // Less than a power of two by so many sixteenths: the next one decodes it as well.
    [16 + 32, 2 ** 16],
    [16 + 7 * 32, 2 ** 16],
    [13 + 7 * 32, 2 ** 13],
  ])('for a dictionary of code %d', async (coded, size) => {
    const { given } = await decoded(member(A, stream('a'), { coded }), { a: A });
    const header = given[0]?.subarray(0, 13) ?? Buffer.alloc(13);
    expect([header[0], header.readUInt32LE(1)]).toEqual([0x5d, size]);
    expect(header.subarray(5).every((byte) => byte === 0xff)).toBe(true);
  });
});

describe('a member is broken', () => {
  it.each<[string, Parts]>([
    ['of another format', { magic: 'LZIX\x01' }],
    ['of another version', { magic: 'LZIP\x00' }],
    ['with a dictionary that is too small', { coded: 11 }],
    ['with a dictionary that is a little too small', { coded: 12 + 32 }],
    ['with a dictionary that is too large', { coded: 30 }],
    ['that is longer than the file', { length: 37 }],
    ['that is shorter than any', { length: 35 }],
    ['without a length', { length: 0 }],
  ])('%s', async (_, parts) => {
    expect(await findingOf(member(A, stream('a'), parts))).toBe('ambiguous-archive:lzip-broken');
  });

  it('if there is less than the shortest before another, or behind it', async () => {
    const good = member(A, stream('a'));
    expect(good).toHaveLength(36);
    expect(await findingOf(good)).toBeNull();
    for (const bytes of [Buffer.alloc(1), Buffer.alloc(35), good.subarray(1), good.subarray(0, 35)]) {
      expect(await findingOf(Buffer.concat([bytes, good]))).toBe('ambiguous-archive:lzip-broken');
      expect(await findingOf(Buffer.concat([good, bytes]))).toBe('ambiguous-archive:lzip-broken');
    }
  });
});

it.each<[string, Parts]>([
  ['another checksum', { crc: 1 }],
  ['a larger size', { size: A.length + 1 }],
  ['a smaller size', { size: A.length - 1 }],
])('content of %s is not what was packed', async (_, parts) => {
  expect(await findingOf(member(A, stream('a'), parts))).toBe('ambiguous-archive:lzip-checksum');
});
