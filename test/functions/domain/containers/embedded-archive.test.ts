import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { findEmbeddedArchive } from '../../../../functions/domain/containers/embedded-archive.ts';
import { cab, rar4, rar5 } from '../../../support/containers/archives.ts';
import { endRecord, writeZip } from '../../../support/zip-writer.ts';

const CHUNK = 4 * 1024 * 1024;
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const find = (bytes: Buffer, from = 0) => findEmbeddedArchive(memorySource(bytes), from, crc32);
const CONTENT = Buffer.from('content');

/** With a checksum over these of its bytes. */
function summed(head: Buffer, start: number, end: number): Buffer {
  head.writeUInt32LE(crc32(head.subarray(start, end)), 8);
  return head;
}
const SEVEN = summed(Buffer.concat([latin1('7z\xbc\xaf\x27\x1c\0\x04'), Buffer.alloc(24, 1)]), 12, 32);
const SEVEN_WITHOUT_START = Buffer.concat([latin1('7z\xbc\xaf\x27\x1c\0\x04'), Buffer.alloc(24)]);
const XZ = summed(Buffer.concat([latin1('\xfd7zXZ\0\0\x04'), Buffer.alloc(4)]), 6, 8);
const ZIP = writeZip([{}]);
const RAR4 = rar4('a', CONTENT);
const RAR5 = rar5('a', CONTENT);
/** The main header of RAR 5 in so many bytes, of which its size takes these. */
const rarHeader = (size: readonly number[], type = 1) =>
  Buffer.concat([latin1('Rar!\x1a\x07\x01\x00\0\0\0\0'), Buffer.from([...size, type]), Buffer.alloc(9)]);

const ARCHIVES: readonly [string, string, Buffer][] = [
  ['7z', '7z', SEVEN],
  ['7z', '7z that is found from its end', SEVEN_WITHOUT_START],
  ['rar', 'RAR 4', RAR4],
  ['rar', 'RAR 4 with a longer first header', Buffer.from(RAR4).fill(14, 12, 13)],
  ['rar', 'RAR 5', RAR5],
  ['rar', 'RAR 5 with a wrong checksum', Buffer.from(RAR5).fill(0, 8, 12)],
  ['rar', 'RAR 5 whose names are under a password', rar5('a', CONTENT, { headersEncrypted: true })],
  ['rar', 'RAR 5 with a header of 2,000 bytes', rarHeader([0xd0, 0x0f])],
  ['rar', 'RAR 5 with a header of 2,000,000 bytes', rarHeader([0x80, 0x89, 0x7a])],
  ['xz', 'xz', XZ],
  ['cab', 'a cabinet', cab('a', CONTENT)],
  ['bzip2', 'bzip2', latin1('BZh91AY&SY')],
  ['bzip2', 'bzip2 in small blocks', latin1('BZh11AY&SY')],
  ['zip', 'a zip', ZIP],
];

describe.each(ARCHIVES)('finds %s: %s', (name, _, archive) => {
  it('at the beginning, behind bytes, and from where it is looked for', async () => {
    expect(await find(archive)).toMatchObject({ name, start: 0 });
    const behind = Buffer.concat([Buffer.alloc(100, 'x'), archive]);
    for (const from of [0, 99, 100]) expect(await find(behind, from)).toMatchObject({ name, start: 100 });
    expect(await find(behind, behind.length - 4)).toBeNull();
  });

  it('across the border of what is read at once', async () => {
    const filler = Buffer.alloc(CHUNK + 10);
    for (const at of [CHUNK - 3, CHUNK, CHUNK + 3]) {
      expect(await find(Buffer.concat([filler.subarray(0, at), archive]))).toMatchObject({ name, start: at });
    }
  });
});

const changed = (archive: Buffer, at: number, ...values: readonly number[]) => {
  const copy = Buffer.from(archive);
  copy.set(values, at);
  return copy;
};
/** The first header of a zip, without the end by which it would be found too. */
const HEADER = Buffer.concat([ZIP.subarray(0, 31), Buffer.alloc(20)]);

it.each<[string, Buffer]>([
  ['7z with another checksum', changed(SEVEN, 8, 1)],
  ['7z with another start header', changed(SEVEN, 31, 2)],
  ['7z of no version', changed(SEVEN_WITHOUT_START, 7, 0)],
  ['7z with a start header of nearly zeros', changed(SEVEN_WITHOUT_START, 31, 1)],
  ['xz with another checksum', changed(XZ, 8, 1)],
  ['xz with other flags', changed(XZ, 7, 1)],
  ['RAR 4 of another type', changed(RAR4, 9, 0x74)],
  ['RAR 4 with too short a header', changed(RAR4, 12, 12)],
  ['RAR 5 without a header', rarHeader([0])],
  ['RAR 5 of another type', rarHeader([10], 2)],
  ['RAR 5 with a header of too many bytes', rarHeader([0x81, 0x81, 0x81, 0x01])],
  ['a cabinet with a reserved field', changed(cab('a', CONTENT), 12, 1)],
  ['a cabinet of another version', changed(cab('a', CONTENT), 24, 4)],
  ['a cabinet of version 2', changed(cab('a', CONTENT), 25, 2)],
  ['bzip2 without a header', latin1('....1AY&SY')],
  ['bzip2 of no level', latin1('BZh01AY&SY')],
  ['bzip2 with three bytes before it', latin1('Zh91AY&SY')],
  ['bzip2 behind more than its header', latin1('BZh9.1AY&SY')],
  ['a zip of version 6.4', changed(HEADER, 4, 64)],
  ['a zip of version 25.6', changed(HEADER, 5, 1)],
  ['a zip of a method that no program has', changed(HEADER, 8, 2)],
  ['a zip of no day', changed(HEADER, 12, 0x20, 0)],
  ['a zip of no month', changed(HEADER, 12, 1, 0)],
  ['a zip of month 13', changed(HEADER, 12, 0xa1, 1)],
  ['a zip without a name', changed(HEADER, 26, 0)],
  ['a zip with too long a name', changed(HEADER, 26, 1, 4)],
  ['a name alone', changed(HEADER, 4, ...Buffer.alloc(22), 1)],
  ['a bare number, cut off', latin1('PK\x03\x04')],
  ['nothing', Buffer.alloc(0)],
])('takes for none: %s', async (_, bytes) => {
  expect(await find(bytes)).toBeNull();
  expect(await find(Buffer.concat([Buffer.alloc(50, 'x'), bytes]))).toBeNull();
});

it.each<[string, Buffer]>([
  ['version 6.3', changed(HEADER, 4, 63)],
  ['no version, if there is a flag', changed(HEADER, 4, 0, 0, 8)],
  ...[0, 1, 6, 8, 9, 12, 14, 93, 95, 98, 99].map(
    (method) => [`method ${method}`, changed(HEADER, 8, method)] as [string, Buffer],
  ),
  ['January 1', changed(HEADER, 12, 0x21, 0)],
  ['December 31, 2107', changed(HEADER, 12, 0x9f, 0xff)],
  ['a name of 1,024 bytes', changed(HEADER, 26, 0, 4)],
  ['no end', HEADER],
])('takes for a zip: %s', async (_, bytes) => {
  expect(await find(bytes)).toMatchObject({ name: 'zip', proven: true, start: 0, end: bytes.length });
});

it.each([
  ['7z', SEVEN],
  ['xz', XZ],
  ['rar', RAR4.subarray(0, 14)],
  ['rar', RAR5.subarray(0, 16)],
  ['cab', cab('a', CONTENT).subarray(0, 36)],
  ['zip', HEADER.subarray(0, 30)],
])('needs all of the first header: %s', async (name, head) => {
  expect(await find(head)).toMatchObject({ name });
  expect(await find(head.subarray(0, -1))).toBeNull();
});

describe('of several', () => {
  it('finds the first, whatever it is', async () => {
    const both = (first: Buffer, second: Buffer) => find(Buffer.concat([Buffer.from('x'), first, second]));
    expect(await both(XZ, SEVEN)).toMatchObject({ name: 'xz', start: 1 });
    expect(await both(SEVEN, XZ)).toMatchObject({ name: '7z', start: 1 });
    expect(await both(latin1('BZh91AY&SY'), ZIP)).toMatchObject({ name: 'bzip2', start: 1 });
  });

  it('finds the first that is one', async () => {
    const decoy = changed(SEVEN, 8, 1);
    const bytes = Buffer.concat([decoy, latin1('1AY&SY'), decoy, SEVEN]);
    expect(await find(bytes)).toMatchObject({ name: '7z', start: 70 });
    expect(await find(Buffer.concat([latin1('....1AY&SY'), latin1('BZh91AY&SY')]))).toMatchObject({ start: 10 });
  });

  it('finds the first behind a border', async () => {
    const bytes = Buffer.concat([Buffer.alloc(CHUNK + 5), XZ, SEVEN]);
    expect(await find(bytes)).toMatchObject({ name: 'xz', start: CHUNK + 5 });
  });
});

describe('tells where it ends', () => {
  it('if it is a zip', async () => {
    const bytes = Buffer.concat([Buffer.from('before'), ZIP, Buffer.from('behind')]);
    expect(await find(bytes)).toMatchObject({ name: 'zip', proven: true, start: 6, end: 6 + ZIP.length });
  });
  it('as the end of the file if it is another', async () => {
    const bytes = Buffer.concat([SEVEN, ZIP, Buffer.from('behind')]);
    expect(await find(bytes)).toMatchObject({ name: '7z', start: 0, end: bytes.length });
    const counted = Buffer.concat([writeZip([{ gap: SEVEN }]), Buffer.from('behind')]);
    expect(await find(counted)).toMatchObject({ name: '7z', start: 0, end: counted.length });
  });
});

describe('a zip that only its end tells', () => {
  /** Nothing fits the first header, which readers do not go by. */
  const odd = changed(ZIP, 4, 64);
  const before = Buffer.from('before');
  it('is found from the end of the file', async () => {
    expect(await find(Buffer.concat([before, odd]))).toMatchObject({
      name: 'zip',
      proven: true,
      start: 6,
      end: 6 + odd.length,
    });
  });
  it('begins where it is looked for, at the earliest', async () => {
    const bytes = Buffer.concat([before, odd]);
    const directory = 6 + 38;
    for (const from of [10, directory]) expect(await find(bytes, from)).toMatchObject({ start: from });
    expect(await find(bytes, directory + 1)).toBeNull();
  });
  it('is none without members', async () => {
    expect(await find(Buffer.concat([before, endRecord({ entries: 0, length: 0, start: 0 })]))).toBeNull();
  });
});

it('tells what a checksum proves from what may be the constant of a program', async () => {
  const proven = async (bytes: Buffer) => (await find(bytes))?.proven;
  for (const [name, what, archive] of ARCHIVES) {
    const constant = /wrong checksum|longer first|found from its end|bytes$/.test(what);
    expect({ name, what, proven: await proven(archive) }).toEqual({ name, what, proven: !constant });
  }
});
