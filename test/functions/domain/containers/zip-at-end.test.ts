import { describe, expect, it } from '@jest/globals';
import { CHUNK_BYTES, memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { endOfZip, findZipAtEnd } from '../../../../functions/domain/containers/zip-at-end.ts';
import { endRecord, endRecord64, writeZip } from '../../../support/zip-writer.ts';

const find = (...parts: Buffer[]) => findZipAtEnd(memorySource(Buffer.concat(parts)));
const ZIP = writeZip([{}]);
const BEFORE = Buffer.from('before');
const LARGE = writeZip([{}], {
  end: (told) =>
    Buffer.concat([endRecord64(told), endRecord({ entries: 0xffff, length: 0xffffffff, start: 0xffffffff })]),
});

/** Its directory is before its member. */
const TURNED = (() => {
  const zip = writeZip([{ central: { offset: 47 } }]);
  const end = endRecord({ entries: 1, length: 47 + 38, start: 0 });
  return Buffer.concat([zip.subarray(38, -22), zip.subarray(0, 38), end]);
})();

it.each<[string, Buffer[], object]>([
  ['a zip', [ZIP], { start: 0, directoryStart: 38, end: ZIP.length }],
  ['a zip behind bytes', [BEFORE, ZIP], { start: 6, directoryStart: 44, end: 6 + ZIP.length }],
  ['a zip before bytes', [ZIP, BEFORE], { start: 0, directoryStart: 38, end: ZIP.length }],
  [
    'a zip whose offsets count from the beginning of the file',
    [writeZip([{ gap: BEFORE }])],
    { start: 0, directoryStart: 44 },
  ],
  ['a zip with a comment', [writeZip([{}], { comment: BEFORE })], { start: 0, end: ZIP.length + 6 }],
  [
    'a zip that counts no members',
    [writeZip([{}], { end: (told) => endRecord({ ...told, entries: 0 }) })],
    { start: 0 },
  ],
  ['a large zip', [BEFORE, LARGE], { start: 6, directoryStart: 44 }],
  [
    'a zip with a wrong length of its directory',
    [writeZip([{ gap: BEFORE }], { end: (told) => endRecord({ ...told, length: 1 }) })],
    { start: 0, directoryStart: 44 },
  ],
  [
    'a zip with far too long a directory',
    [writeZip([{}], { end: (told) => endRecord({ ...told, length: told.start + told.length + 69 }) })],
    { start: 0, directoryStart: 38 },
  ],
  ...[2, 58].map((at): [string, Buffer[], object] => [
    `a zip with what is no large end: ${at}`,
    [
      writeZip([{}], {
        end: ({ start, length }) =>
          Buffer.concat([
            endRecord64({ entries: 1, length: 1, start: 999 }).fill(9, at, at + 1),
            endRecord({ entries: 1, length: length + 76, start }),
          ]),
      }),
    ],
    { start: 0, directoryStart: 38 },
  ]),
  ['a zip whose directory begins the file', [TURNED], { start: 0, directoryStart: 0 }],
  ['a zip of a member without a name', [writeZip([{ name: '' }])], { start: 0, directoryStart: 37 }],
  ['a zip with a comment that is cut off', [writeZip([{}], { comment: BEFORE }).subarray(0, -1)], { end: 112 }],
  ['a zip of which one member is there', [writeZip([{ central: { offset: 30 } }, { name: 'b' }])], { start: 0 }],
])('finds %s', async (_, parts, expected) => {
  expect(await find(...parts)).toMatchObject(expected);
});

it.each<[string, Buffer[]]>([
  ['nothing', []],
  ['an end that is cut off', [ZIP.subarray(0, -1)]],
  ['an empty zip', [writeZip([])]],
  ['an end alone', [endRecord({ entries: 1, length: 46, start: 0 })]],
  ['a directory without members', [ZIP.subarray(38)]],
  ['a directory of something else', [Buffer.alloc(100), endRecord({ entries: 1, length: 50, start: 0 })]],
  [
    'something else that would lead to a member',
    [ZIP.subarray(0, 38), Buffer.alloc(50), endRecord({ entries: 1, length: 50, start: 38 })],
  ],
  [
    'a directory that would lead behind the end',
    [
      ZIP.subarray(38, -22),
      endRecord({ entries: 1, length: 47, start: 10 }, Buffer.from('PK\x03\x04 comment'.slice(0, 10))),
    ],
  ],
  ['a directory before the beginning', [BEFORE, endRecord({ entries: 1, length: 0xffffffff, start: 0 })]],
])('finds none in %s', async (_, parts) => {
  expect(await find(...parts)).toBeNull();
});

describe('the end of a zip', () => {
  const endOf = (start: number, ...parts: Buffer[]) => endOfZip(memorySource(Buffer.concat(parts)), start);
  const commented = writeZip([{}], { comment: BEFORE });

  it('is behind its comment, whatever follows', async () => {
    expect(await endOf(0, ZIP)).toBe(ZIP.length);
    expect(await endOf(6, BEFORE, ZIP, BEFORE)).toBe(6 + ZIP.length);
    expect(await endOf(0, commented, BEFORE)).toBe(commented.length);
    expect(await endOf(0, commented.subarray(0, -2))).toBe(commented.length - 2);
  });

  it('is the one that leads back to its beginning', async () => {
    const outer = writeZip([{ content: ZIP }, { name: 'b', content: endRecord({ entries: 1, length: 9, start: 9 }) }]);
    expect(await endOf(0, outer, ZIP)).toBe(outer.length);
    expect(await endOf(outer.length, outer, ZIP)).toBe(outer.length + ZIP.length);
    expect(await endOf(31, outer)).toBe(31 + ZIP.length);
    const unsigned = endRecord({ entries: 1, length: 31, start: 0 }).fill(0, 0, 4);
    const holder = writeZip([{ content: unsigned }]);
    expect(await endOf(0, holder)).toBe(holder.length);
    expect(await endOf(0, writeZip([]))).toBe(22);
  });

  it('is found across the border of what is read at once', async () => {
    for (const place of [-22, -21, -4, -1, 0, 1]) {
      const overhead = writeZip([{ content: '' }]).length - 22;
      const large = writeZip([{ content: Buffer.alloc(CHUNK_BYTES + place - overhead) }]);
      expect(await endOf(6, BEFORE, large, BEFORE)).toBe(6 + large.length);
    }
  });

  it('is nowhere where none leads back', async () => {
    expect(await endOf(1, BEFORE, ZIP)).toBeNull();
    expect(await endOf(0, ZIP.subarray(0, -1))).toBeNull();
    expect(await endOf(0, LARGE)).toBeNull();
    expect(await endOf(0)).toBeNull();
  });
});
