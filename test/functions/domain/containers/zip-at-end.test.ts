import { expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { findZipAtEnd } from '../../../../functions/domain/containers/zip-at-end.ts';
import { endRecord, endRecord64, writeZip } from '../../../support/zip-writer.ts';

const find = (...parts: Buffer[]) => findZipAtEnd(memorySource(Buffer.concat(parts)));
const ZIP = writeZip([{}]);
const BEFORE = Buffer.from('before');
const LARGE = writeZip([{}], {
  end: (told) =>
    Buffer.concat([endRecord64(told), endRecord({ entries: 0xffff, length: 0xffffffff, start: 0xffffffff })]),
});

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
  ['a directory before the beginning', [BEFORE, endRecord({ entries: 1, length: 0xffffffff, start: 0 })]],
])('finds none in %s', async (_, parts) => {
  expect(await find(...parts)).toBeNull();
});
