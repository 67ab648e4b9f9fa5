import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fieldsOf, readDirectory, withZip64 } from '../../../../functions/domain/containers/zip-directory.ts';
import { extra64, writeZip, type ZipWriterEntry } from '../../../support/zip-writer.ts';

const FULL = 0xffffffff;
/** The directory of a zip of these members alone. */
function directoryOf(...entries: readonly ZipWriterEntry[]): Buffer {
  let directory = { length: 0, start: 0 };
  const zip = writeZip(entries, {
    end: (told) => {
      directory = told;
      return Buffer.alloc(0);
    },
  });
  return zip.subarray(directory.start, directory.start + directory.length);
}
const read = (...entries: readonly ZipWriterEntry[]) => readDirectory(directoryOf(...entries), entries.length);
const ambiguous = (rule: string) =>
  expect.objectContaining({ name: 'Unaccounted', finding: `ambiguous-archive:${rule}` });
/** An extra field of any kind. */
const field = (id: number, data: string) => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, Buffer.from(data)]);
};

it('says what stands in each entry', () => {
  const extra = field(0x5455, 'time');
  const told = { flags: 0x800, method: 8, crc: 7, compressedSize: 5, size: 6, offset: 9, extra };
  const [first, second] = read(
    { name: 'first', central: { ...told, comment: Buffer.from('a comment') } },
    { name: '' },
  );
  expect(first).toEqual({
    name: Buffer.from('first'),
    flags: 0x800,
    method: 8,
    crc: 7,
    compressedSize: 5,
    size: 6,
    offset: 9,
    zip64: false,
    remarks: [Buffer.from('time'), Buffer.alloc(0), Buffer.from('a comment')],
  });
  expect(second).toMatchObject({ name: Buffer.alloc(0), remarks: [Buffer.alloc(0), Buffer.alloc(0)] });
  expect(readDirectory(Buffer.alloc(0), 0)).toEqual([]);
});

it.each<[string, Buffer, number]>([
  ['zip-count', directoryOf({}, { name: 'b' }), 1],
  ['zip-count', directoryOf({}), 0],
  ['zip-count', directoryOf({}), 2],
  ['zip-count', Buffer.alloc(0), 1],
  ['zip-directory', directoryOf({}).subarray(0, 45), 1],
  ['zip-directory', directoryOf({}).subarray(0, 46), 1],
  ['zip-directory', directoryOf({ central: { comment: Buffer.from('comment') } }).subarray(0, -1), 1],
  ['zip-directory', Buffer.concat([directoryOf({}), Buffer.alloc(46)]), 2],
  ['zip-directory', Buffer.concat([directoryOf({}), Buffer.from('PK\x01\x02')]), 2],
  ['zip-duplicate-name', directoryOf({ name: 'a' }, { name: 'b' }, { name: 'a' }), 3],
  ['zip-patch', directoryOf({ central: { flags: 1 << 5 } }), 1],
  ['zip-split', directoryOf({ central: { disk: 1 } }), 1],
  ['zip-split', directoryOf({ central: { disk: 0xffff - 1 } }), 1],
])('%s', (rule, directory, count) => {
  expect(() => readDirectory(directory, count)).toThrow(ambiguous(rule));
});

it.each([
  ['names that differ', [{ name: 'a' }, { name: 'A' }, { name: 'a/' }]],
  ['other flags', [{ central: { flags: 0x80e } }]],
])('takes %s', (_, entries) => {
  expect(read(...entries)).toHaveLength(entries.length);
});

it.each<[string, ZipWriterEntry]>([
  ['the traditional cipher', { flags: 1 }],
  ['strong encryption', { flags: 1 << 6 }],
  ['a masked directory', { flags: 1 << 13 }],
  ['AES', { method: 99 }],
])('is encrypted: %s', (_, entry) => {
  expect(() => read(entry)).toThrow(expect.objectContaining({ finding: 'encrypted' }));
});

describe('numbers of ZIP64', () => {
  it.each<[string, NonNullable<ZipWriterEntry['central']>, object]>([
    ['size', { size: FULL, extra: extra64(7) }, { size: 7 }],
    ['compressedSize', { compressedSize: FULL, extra: extra64(7) }, { compressedSize: 7 }],
    ['offset', { offset: FULL, extra: extra64(7) }, { offset: 7 }],
    [
      'all, in this order',
      { size: FULL, compressedSize: FULL, offset: FULL, extra: extra64(2 ** 40, 5, 9) },
      { size: 2 ** 40, compressedSize: 5, offset: 9 },
    ],
    [
      'one behind another field',
      { size: FULL, extra: Buffer.concat([field(2, '\x01\0\x08\0'), extra64(7)]) },
      { size: 7 },
    ],
    ['more than is asked for', { size: FULL, extra: extra64(7, 8) }, { size: 7 }],
  ])('stand in their field: %s', (_, central, expected) => {
    const [entry] = read({ content: 'x', central });
    expect(entry).toMatchObject({ size: 1, compressedSize: 1, offset: 0, zip64: true, ...expected });
  });

  it('are not asked for where the others are enough', () => {
    expect(read({ central: { extra: extra64(9, 9, 9) } })).toMatchObject([{ size: 7, offset: 0, zip64: false }]);
  });

  it('may be that of the disk, which is the first', () => {
    expect(read({ central: { disk: 0xffff, extra: extra64(0) } })).toMatchObject([{ zip64: false }]);
    expect(read({ central: { size: FULL, disk: 0xffff, extra: extra64(7, 0) } })).toMatchObject([{ size: 7 }]);
  });

  it.each<[string, Buffer]>([
    ['nowhere', Buffer.alloc(0)],
    ['in another field', field(2, '12345678')],
    ['in two fields', Buffer.concat([extra64(7), field(3, 'x'), extra64(7)])],
    ['in two fields, of which the last is empty', Buffer.concat([extra64(7), field(1, '')])],
    ['cut off', extra64(7).subarray(0, 11)],
    ['too short', field(1, '1234567')],
    ['behind what is no field', Buffer.concat([Buffer.from('x'), extra64(7)])],
  ])('are refused where they are %s', (_, extra) => {
    expect(() => read({ central: { size: FULL, extra } })).toThrow(ambiguous('zip-zip64'));
    expect(() => withZip64({ size: FULL }, extra)).toThrow(ambiguous('zip-zip64'));
  });

  it('are refused where there are too few', () => {
    const extra = Buffer.from(extra64(7, 8).subarray(0, -1)).fill(15, 2, 3);
    expect(() => withZip64({ size: FULL, compressedSize: FULL }, extra)).toThrow(ambiguous('zip-zip64'));
    expect(withZip64({ size: FULL, compressedSize: 3 }, extra)).toEqual({ size: 7, compressedSize: 3 });
  });
});

it('tells fields from what is none', () =>
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary-ascii', maxLength: 40 })),
      fc.constantFrom('', 'x', 'xxx', 'xx\x04\0xxx'),
      (texts, rest) => {
        const extra = Buffer.concat([...texts.map((text, index) => field(index, text)), Buffer.from(rest)]);
        expect(fieldsOf(extra).map(String)).toEqual([...texts, rest]);
      },
    ),
    { numRuns: 200 },
  ));
