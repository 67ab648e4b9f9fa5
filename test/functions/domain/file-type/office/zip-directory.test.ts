import { describe, expect, it } from '@jest/globals';
import {
  locateZipDirectory,
  parseZipDirectory,
  startsAsZip,
  ZIP_TAIL_BYTES,
} from '../../../../../functions/domain/file-type/office/zip-directory.ts';

/** A directory entry of a file that says where it is. */
function entry(
  name: string,
  over: { method?: number; size?: number; offset?: number; extra?: number; comment?: number } = {},
) {
  const { method = 8, size = 5, offset = 7, extra = 0, comment = 0 } = over;
  const bytes = Buffer.alloc(46 + Buffer.byteLength(name) + extra + comment);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(method, 10);
  bytes.writeUInt32LE(size, 20);
  bytes.writeUInt16LE(Buffer.byteLength(name), 28);
  bytes.writeUInt16LE(extra, 30);
  bytes.writeUInt16LE(comment, 32);
  bytes.writeUInt32LE(offset, 42);
  bytes.write(name, 46);
  return bytes;
}

function endRecord(length: number, start: number, comment = ''): Buffer {
  const bytes = Buffer.alloc(22 + comment.length);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt32LE(length, 12);
  bytes.writeUInt32LE(start, 16);
  bytes.writeUInt16LE(comment.length, 20);
  bytes.write(comment, 22);
  return bytes;
}

/** A Zip64 end record and its locator. */
function end64(length: number, start: number): Buffer {
  const bytes = Buffer.alloc(56 + 20);
  bytes.writeUInt32LE(0x06064b50, 0);
  bytes.writeBigUInt64LE(BigInt(length), 40);
  bytes.writeBigUInt64LE(BigInt(start), 48);
  bytes.writeUInt32LE(0x07064b50, 56);
  return bytes;
}

const BEFORE = Buffer.from('local headers and data');
const DIRECTORY = Buffer.concat([entry('a.txt'), entry('b.txt')]);
const AT = BEFORE.length;
const archive = (...rest: Buffer[]) => Buffer.concat([BEFORE, DIRECTORY, ...rest]);
const locate = (bytes: Buffer, start = 0) => locateZipDirectory({ start, bytes });
const found = { start: AT, length: DIRECTORY.length, aligned: true, atEnd: true };

describe('the end of a zip', () => {
  it('says where the directory is', () => {
    expect(locate(archive(endRecord(DIRECTORY.length, AT)))).toEqual(found);
    expect(locate(archive(endRecord(DIRECTORY.length, AT, 'a comment')))).toEqual(found);
  });

  it('may be followed by what is no part of it', () => {
    expect(locate(archive(endRecord(DIRECTORY.length, AT), Buffer.from('x')))).toEqual({ ...found, atEnd: false });
  });

  it('of an archive behind other bytes gives another place than where the directory is', () => {
    expect(locate(archive(endRecord(DIRECTORY.length, AT - 1)))).toEqual({ ...found, aligned: false });
  });

  it('counts from where the part begins in the object', () => {
    expect(locate(archive(endRecord(DIRECTORY.length, 1000 + AT)), 1000)).toEqual({ ...found, start: 1000 + AT });
    // The directory begins before the part: it cannot be looked at here.
    const tail = archive(endRecord(DIRECTORY.length, 1000 + AT)).subarray(AT + 10);
    expect(locate(tail, 1000 + AT + 10)).toEqual({ ...found, start: 1000 + AT });
  });

  it('is the last one whose directory is there', () => {
    const earlier = archive(endRecord(DIRECTORY.length, AT));
    const fake = endRecord(46, 0);
    expect(locate(Buffer.concat([earlier, fake]))).toEqual({ ...found, atEnd: false });
    expect(locate(Buffer.concat([BEFORE, fake]))).toBeNull();
  });

  it('is found when it is all that the part holds', () => {
    const end = endRecord(DIRECTORY.length, 100);
    expect(locate(end, 100 + DIRECTORY.length)).toEqual({ ...found, start: 100 });
  });

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['fewer bytes than a record', endRecord(46, 0).subarray(0, 21)],
    ['no record', Buffer.alloc(200)],
    ['a directory shorter than an entry', Buffer.concat([BEFORE, entry('').subarray(0, 45), endRecord(45, AT)])],
    ['a directory longer than what is before it', archive(endRecord(AT + DIRECTORY.length + 1, 0))],
    ['no entry where the directory should begin', archive(endRecord(DIRECTORY.length - 1, AT + 1))],
  ])('is not in %s', (_, bytes) => expect(locate(bytes)).toBeNull());

  it('of Zip64 goes before the one of 32 bits, whose numbers may be full', () => {
    const end = endRecord(0xffffffff, 0xffffffff);
    expect(locate(archive(end64(DIRECTORY.length, AT), end))).toEqual(found);
    expect(locate(archive(end64(DIRECTORY.length, AT + 1), end))).toEqual({ ...found, aligned: false });
    // The record alone, the part beginning with it.
    expect(locate(Buffer.concat([end64(DIRECTORY.length, 100), end]), 100 + DIRECTORY.length)).toEqual({
      ...found,
      start: 100,
    });
  });

  it('is one of 32 bits where the Zip64 records are not both there', () => {
    const end = endRecord(DIRECTORY.length, AT);
    for (const broken of [0, 56]) {
      const records = end64(46, 0);
      records[broken] = 0;
      const bytes = Buffer.concat([BEFORE, records, DIRECTORY, end]);
      expect(locate(bytes)).toMatchObject({ start: AT + records.length, length: DIRECTORY.length });
      const between = archive(records, endRecord(DIRECTORY.length + records.length, AT));
      expect(locate(between)).toMatchObject({ start: AT, length: DIRECTORY.length + records.length });
    }
  });

  it('lies within what is read of an object’s end, whatever its comment', () => {
    expect(ZIP_TAIL_BYTES).toBe(22 + 65_535 + 20 + 56);
  });
});

describe('a directory', () => {
  it('is a list of entries', () => {
    const bytes = Buffer.concat([
      entry('ü.txt', { method: 0, size: 300, offset: 70_000, extra: 9, comment: 4 }),
      entry('', { method: 12, size: 0xffffffff, offset: 0 }),
    ]);
    expect(parseZipDirectory(bytes)).toEqual([
      { name: 'ü.txt', method: 0, compressedSize: 300, offset: 70_000 },
      { name: '', method: 12, compressedSize: 0xffffffff, offset: 0 },
    ]);
    expect(parseZipDirectory(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3))).toHaveLength(2);
    expect(parseZipDirectory(Buffer.alloc(0))).toEqual([]);
  });

  it('is none unless its bytes are entries from end to end', () => {
    const bytes = entry('a.txt', { extra: 3, comment: 2 });
    for (let length = 1; length < bytes.length; length += 1) {
      expect([length, parseZipDirectory(bytes.subarray(0, length))]).toEqual([length, null]);
    }
    expect(parseZipDirectory(Buffer.concat([bytes, Buffer.from('x')]))).toBeNull();
    expect(parseZipDirectory(Buffer.concat([bytes, Buffer.alloc(46)]))).toBeNull();
  });
});

it.each([
  ['PK\x03\x04', true],
  ['PK\x05\x06', true],
  ['PK\x03\x06', false],
  ['PK\x05\x04', false],
  ['PK\x01\x02', false],
  ['PX\x03\x04', false],
  ['XK\x03\x04', false],
  ['PK', false],
])('%j begins a zip: %s', (magic, zip) => expect(startsAsZip(Buffer.from(magic, 'latin1'))).toBe(zip));
