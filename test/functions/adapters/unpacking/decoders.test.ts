import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { decodeMember, inflateAtOnce, inflateInChunks } from '../../../../functions/adapters/unpacking/decoders.ts';
import { type ByteSource, memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import type { ZipMember } from '../../../../functions/domain/containers/zip-structure.ts';
import { strictSource } from '../../../support/strict-source.ts';

const MiB = 1024 * 1024;
const noise = (length: number) => createHash('shake256', { outputLength: length }).digest();
const SMALL = Buffer.from('some content '.repeat(20));
/** Decoded over several chunks. */
const LARGE = noise(2 * MiB + 100);
/** Little when deflated, and too much for memory. */
const WIDE = Buffer.alloc(4 * MiB + 1);

/** A member as the directory tells of it, behind other bytes. */
function memberOf(method: 0 | 8, content: Buffer, changes: Partial<ZipMember> = {}) {
  const data = method === 8 ? deflateRawSync(content) : content;
  const member = {
    start: 7,
    compressedSize: data.length,
    method,
    size: content.length,
    crc: crc32(content),
    ...changes,
  } as ZipMember;
  return { member, source: strictSource(Buffer.concat([Buffer.alloc(7, 'b'), data])) };
}

async function decode({ member, source }: { member: ZipMember; source: ByteSource }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await decodeMember(source, member, { write: async (bytes) => void chunks.push(bytes) });
  return Buffer.concat(chunks);
}

describe.each([0, 8] as const)('a member of method %d', (method) => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['little', SMALL],
    ['much', LARGE],
    ['too much for memory', WIDE],
    ['as much as memory takes', WIDE.subarray(1)],
    ['as much as is read at once', noise(MiB)],
  ])('of %s is decoded', async (_, content) => {
    expect((await decode(memberOf(method, content))).equals(content)).toBe(true);
  });

  it.each<[string, string, Buffer, (size: number) => Partial<ZipMember>]>([
    ['zip-size', 'less content than is told', SMALL, (size) => ({ size: size + 1 })],
    ['zip-size', 'more content than is told', SMALL, (size) => ({ size: size - 1 })],
    ['zip-size', 'much less content than is told', LARGE, (size) => ({ size: size + 1 })],
    ['zip-size', 'much more content than is told', LARGE, (size) => ({ size: size - 1 })],
    ['zip-checksum', 'another checksum', SMALL, () => ({ crc: 1 })],
    ['zip-checksum', 'another checksum of much', LARGE, () => ({ crc: 1 })],
  ])('%s: %s', async (rule, __, content, change) => {
    await expect(decode(memberOf(method, content, change(content.length)))).rejects.toMatchObject({
      finding: `ambiguous-archive:${rule}`,
    });
  });
});

it('writes no more than is told, not even what is decoded by then', async () => {
  let written = 0;
  const { member, source } = memberOf(8, LARGE, { size: 100_000 });
  const sink = {
    async write(bytes: Buffer) {
      written += bytes.length;
    },
  };
  await expect(decodeMember(source, member, sink)).rejects.toMatchObject({ finding: 'ambiguous-archive:zip-size' });
  expect(written).toBeLessThanOrEqual(100_000);
});

describe.each([
  ['little', SMALL],
  ['much', LARGE],
])('deflated data of %s', (_, content) => {
  const deflated = deflateRawSync(content);

  it.each<[string, string, Partial<ZipMember>]>([
    ['zip-size', 'that end before they are told to', { compressedSize: deflated.length + 1 }],
    ['zip-data', 'that do not end where they are told to', { compressedSize: deflated.length - 1 }],
    ['zip-data', 'that are none', { start: 0 }],
  ])('%s: %s', async (rule, __, changes) => {
    await expect(decode(memberOf(8, content, changes))).rejects.toMatchObject({ finding: `ambiguous-archive:${rule}` });
  });
});

it.each([
  ['stored', memberOf(0, LARGE)],
  ['deflated', memberOf(8, LARGE)],
  ['little that is deflated', memberOf(8, SMALL)],
])('throws what the sink throws: %s', async (_, { member, source }) => {
  const sink = {
    write: async () => {
      throw overLimit('time');
    },
  };
  await expect(decodeMember(source, member, sink)).rejects.toMatchObject({ finding: 'limits-exceeded:time' });
});

describe('at once', () => {
  const deflated = deflateRawSync(SMALL);

  it('tells where the data end', () => {
    const inflated = inflateAtOnce(Buffer.concat([deflated, Buffer.from('tail')]), 1000, 10);
    expect(inflated).toEqual({ content: SMALL, consumed: deflated.length });
  });

  it('takes content up to the limit', () => {
    expect(inflateAtOnce(deflated, SMALL.length, SMALL.length)).toMatchObject({ content: SMALL });
    expect(inflateAtOnce(deflated, SMALL.length - 1, SMALL.length)).toBe('too-large');
    expect(inflateAtOnce(deflateRawSync(''), 0, 0)).toMatchObject({ content: Buffer.alloc(0) });
    expect(inflateAtOnce(deflateRawSync('ab'), 0, 0)).toBe('too-large');
  });

  it('knows broken data', () => {
    expect(inflateAtOnce(deflated.subarray(0, -1), 1000, 10)).toBe('broken');
    expect(inflateAtOnce(Buffer.alloc(0), 1000, 10)).toBe('broken');
    expect(inflateAtOnce(Buffer.from([7]), 1000, 10)).toBe('broken');
  });
});

describe('in chunks', () => {
  const deflated = deflateRawSync(LARGE);
  const inflate = (source: ByteSource, take: (bytes: Buffer) => Promise<void> = async () => undefined) =>
    inflateInChunks(source, 0, source.size, take, () => new Error('broken'));

  it('tells where the data end, and reads not much further', async () => {
    let reads = 0;
    const source = {
      size: 50 * MiB,
      read: async (start: number, end: number) => {
        reads += 1;
        return Buffer.concat([
          deflated.subarray(start, end),
          Buffer.alloc(Math.max(0, end - Math.max(start, deflated.length))),
        ]);
      },
    };
    expect(await inflate(source)).toBe(deflated.length);
    expect(reads).toBeLessThan(8);
  });

  it.each([
    ['cut off', deflated.subarray(0, -1)],
    ['cut off early', deflated.subarray(0, 100)],
    ['nothing', Buffer.alloc(0)],
    ['none', Buffer.alloc(10, 0xff)],
  ])('knows data that are %s', async (_, bytes) => {
    await expect(inflate(memorySource(bytes))).rejects.toThrow('broken');
  });

  it('throws what its user throws, and stops', async () => {
    let taken = 0;
    const take = async () => {
      taken += 1;
      throw new Error('of the user');
    };
    await expect(inflate(memorySource(deflated), take)).rejects.toThrow('of the user');
    expect(taken).toBe(1);
  });

  it.each([0, MiB])('throws what the source throws, at %d', async (at) => {
    const source = {
      size: deflated.length,
      read: async (start: number, end: number) => {
        if (start >= at) throw new Error('EIO');
        return deflated.subarray(start, end);
      },
    };
    await expect(inflate(source)).rejects.toThrow('EIO');
  });

  it('does not leave a thread behind that still reads what the source gave', async () => {
    const data = Buffer.from(deflated);
    const take = async () => {
      data.fill(0, 0, MiB);
    };
    expect(await inflate(memorySource(data), take)).toBe(deflated.length);
  });
});
