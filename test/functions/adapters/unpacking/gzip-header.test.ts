import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { gzipHeaderLength } from '../../../../functions/adapters/unpacking/gzip-header.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const ARCHIVE = latin1('Rar!\x1a\x07\x01\0');
const FLAG = { text: 1, checksum: 2, extra: 4, name: 8, comment: 16 };

function header(flags: number, ...fields: (Buffer | string)[]): Buffer {
  const all = fields.map((field) => (typeof field === 'string' ? latin1(field) : field));
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), ...all]);
}
const extra = (field: Buffer | string) => {
  const bytes = typeof field === 'string' ? latin1(field) : field;
  return Buffer.concat([Buffer.from([bytes.length & 0xff, bytes.length >> 8]), bytes]);
};
function checked(bytes: Buffer, change = 0): Buffer {
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE((crc32(bytes) & 0xffff) ^ change);
  return Buffer.concat([bytes, sum]);
}

describe('the length', () => {
  it.each<[string, Buffer]>([
    ['of the shortest', header(0)],
    ['with a flag for text', header(FLAG.text)],
    ['with a name', header(FLAG.name, 'name\0')],
    ['with an empty name', header(FLAG.name, '\0')],
    ['with a comment', header(FLAG.comment, 'comment\0')],
    ['with both', header(FLAG.name | FLAG.comment, 'name\0', 'comment\0')],
    ['with an extra field', header(FLAG.extra, extra('abc'))],
    ['with an empty extra field', header(FLAG.extra, extra(''))],
    ['with the longest extra field', header(FLAG.extra, extra(Buffer.alloc(65_535, 'x')))],
    ['with a checksum', checked(header(FLAG.checksum))],
    ['with everything', checked(header(31, extra(Buffer.alloc(300, 'x')), 'name\0', 'comment\0'))],
  ])('%s', (_, bytes) => {
    expect(gzipHeaderLength(Buffer.concat([bytes, latin1('data and more')]))).toBe(bytes.length);
  });

  it.each<[string, Buffer]>([
    ['a name', header(FLAG.name, 'name')],
    ['a comment', header(FLAG.name | FLAG.comment, 'name\0', 'comment')],
    ['an extra field', header(FLAG.extra, extra('abc').subarray(0, 4))],
  ])('is more than there is where %s does not end', (_, bytes) => {
    expect(gzipHeaderLength(bytes)).toBeGreaterThan(bytes.length);
  });
});

describe('an archive in the header is ambiguous', () => {
  it.each<[string, Buffer]>([
    ['in the extra field', header(FLAG.extra, extra(ARCHIVE))],
    ['in its first subfield', header(FLAG.extra, extra(Buffer.concat([latin1('AP\x08\0'), ARCHIVE])))],
    ['in the name', header(FLAG.name, ARCHIVE)],
    ['in the comment', header(FLAG.name | FLAG.comment, 'name\0', ARCHIVE)],
  ])('%s', (_, bytes) => {
    expect(() => gzipHeaderLength(Buffer.concat([bytes, latin1('\0data')]))).toThrow('ambiguous-archive:gzip-header');
  });
});

it.each<[string, string, Buffer]>([
  ['gzip-broken', 'nothing', Buffer.alloc(0)],
  ['gzip-broken', 'another method', latin1('\x1f\x8b\x07\0\0\0\0\0\0\x03')],
  ['gzip-broken', 'a flag that nobody knows', header(0x20)],
  ['gzip-broken', 'the last flag that nobody knows', header(0x80)],
  ['gzip-header', 'a wrong checksum', checked(header(FLAG.checksum), 1)],
  ['gzip-header', 'a checksum wrong in its other byte', checked(header(FLAG.checksum), 256)],
  ['gzip-header', 'a checksum of other bytes', checked(header(FLAG.checksum | FLAG.name, 'name')).fill(0, 14)],
  ['gzip-header', 'no checksum where there should be one', header(FLAG.checksum)],
])('%s: %s', (rule, _, bytes) => {
  expect(() => gzipHeaderLength(bytes)).toThrow(`ambiguous-archive:${rule}`);
});
