import { crc32, gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { decodeGzip } from '../../../../functions/adapters/unpacking/gzip.ts';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import { strictSource } from '../../../support/strict-source.ts';

const ONE = gzipSync('one');
const EMPTY = gzipSync('');
const RANDOM = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 2654435761) >>> 24));

async function decode(bytes: Buffer): Promise<{ members: number; content: string }> {
  const chunks: Buffer[] = [];
  const members = await decodeGzip(memorySource(bytes), { write: async (chunk) => void chunks.push(chunk) });
  return { members, content: Buffer.concat(chunks).toString('latin1') };
}

function withHeader(flags: number, fields: Buffer, checksum = false): Buffer {
  const header = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), fields]);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(crc32(header) & 0xffff);
  return Buffer.concat([header, ...(checksum ? [sum] : []), ONE.subarray(10)]);
}
const edited = (at: number, value: number) => {
  const copy = Buffer.from(ONE);
  copy[copy.length + at] = value;
  return copy;
};

it.each<[string, Buffer, number, string]>([
  ['one member', ONE, 1, 'one'],
  ['two', Buffer.concat([ONE, gzipSync('two')]), 2, 'onetwo'],
  ['an empty one first', Buffer.concat([EMPTY, ONE]), 2, 'one'],
  ['zeros behind', Buffer.concat([ONE, Buffer.alloc(600)]), 1, 'one'],
  ['an extra field', withHeader(4, Buffer.from('\x03\0abc')), 1, 'one'],
  ['a name and a comment', withHeader(8 | 16, Buffer.from('name\0comment\0')), 1, 'one'],
  ['a checksum of the header', withHeader(2 | 8, Buffer.from('name\0'), true), 1, 'one'],
  ['text', withHeader(1, Buffer.alloc(0)), 1, 'one'],
  ['a large one', Buffer.concat([gzipSync(RANDOM), ONE]), 2, `${RANDOM.toString('latin1')}one`],
  ['much from little', gzipSync(Buffer.alloc(6_000_000)), 1, '\0'.repeat(6_000_000)],
])('decodes %s', async (_, bytes, members, content) => {
  const decoded = await decode(bytes);
  expect(decoded.members).toBe(members);
  expect(decoded.content === content).toBe(true);
});

it('decodes sixty thousand members, reading the file once', async () => {
  const bytes = Buffer.concat(Array<Buffer>(60_000).fill(ONE));
  const { read, size } = memorySource(bytes);
  let bytesRead = 0;
  const source = {
    size,
    read: async (start: number, end: number) => {
      const part = await read(start, end);
      bytesRead += part.length;
      return part;
    },
  };
  let written = 0;
  const sink = {
    async write(chunk: Buffer) {
      written += chunk.length;
    },
  };
  expect([await decodeGzip(source, sink), written]).toEqual([60_000, 180_000]);
  // Parts overlap by as much as a header, and small data, may have.
  expect(bytesRead).toBeLessThan(1.2 * size);
});

it('reads no further than the end of zeros', async () => {
  const bytes = Buffer.concat([ONE, Buffer.alloc(2 ** 21)]);
  expect(await decodeGzip(strictSource(bytes), { write: async () => undefined })).toBe(1);
});

it('has no members where there is nothing', async () => {
  expect(await decode(Buffer.alloc(0))).toEqual({ members: 0, content: '' });
});

it.each<[string, string, Buffer]>([
  ['gzip-suffix', 'other bytes behind', Buffer.concat([ONE, Buffer.from('x')])],
  ['gzip-suffix', 'a member behind zeros', Buffer.concat([ONE, Buffer.alloc(10), ONE])],
  [
    'gzip-suffix',
    'a byte behind two megabytes of zeros',
    Buffer.concat([ONE, Buffer.alloc(2 ** 21), Buffer.from('x')]),
  ],
  ['gzip-checksum', 'a wrong checksum', edited(-8, 1)],
  ['gzip-checksum', 'a wrong length', edited(-4, 1)],
  ['gzip-header', 'a wrong checksum of the header', withHeader(2, Buffer.from('\x01\x02'))],
  ['gzip-broken', 'a reserved flag', withHeader(0x80, Buffer.alloc(0))],
  ['gzip-broken', 'another method', edited(2 - ONE.length, 7)],
  [
    'gzip-broken',
    'a name without an end',
    Buffer.concat([withHeader(8, Buffer.alloc(0)).subarray(0, 10), Buffer.alloc(80_000, 'a')]),
  ],
  ['gzip-broken', 'broken data', Buffer.concat([ONE.subarray(0, 10), Buffer.alloc(20, 0xff)])],
  ['gzip-broken', 'no end of the data', gzipSync(RANDOM).subarray(0, 1000)],
  ['gzip-header', 'half a checksum of the header', withHeader(2, Buffer.alloc(0)).subarray(0, 11)],
  ['gzip-broken', 'no data', withHeader(0, Buffer.alloc(0)).subarray(0, 10)],
  ['gzip-broken', 'half a length of an extra field', withHeader(4, Buffer.alloc(0)).subarray(0, 11)],
  ['gzip-broken', 'half an extra field', withHeader(4, Buffer.from('\x30\0abc')).subarray(0, 15)],
  ['gzip-broken', 'half a trailer', ONE.subarray(0, -1)],
  ['gzip-broken', 'half a header', ONE.subarray(0, 9)],
  ['gzip-broken', 'half a second header', Buffer.concat([ONE, ONE.subarray(0, 9)])],
])('%s: %s', async (rule, _, bytes) => {
  await expect(decode(bytes)).rejects.toMatchObject({ finding: `ambiguous-archive:${rule}` });
});

it('looks at the clock for each member, were it empty', async () => {
  let writes = 0;
  const sink = {
    async write() {
      writes += 1;
      if (writes > 5) throw overLimit('time');
    },
  };
  const endless = Buffer.concat(Array<Buffer>(1000).fill(EMPTY));
  await expect(decodeGzip(memorySource(endless), sink)).rejects.toMatchObject({ finding: 'limits-exceeded:time' });
});

it('throws what the source throws', async () => {
  const bytes = gzipSync(RANDOM);
  const source = {
    size: bytes.length + 2 ** 22,
    read: async (start: number, end: number) => {
      if (start > 0) throw new Error('EIO');
      return bytes.subarray(start, Math.min(end, 200));
    },
  };
  await expect(decodeGzip(source, { write: async () => undefined })).rejects.toThrow('EIO');
});
