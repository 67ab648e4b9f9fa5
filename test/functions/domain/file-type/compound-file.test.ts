import { describe, expect, it } from '@jest/globals';
import {
  COMPOUND_DIRECTORY_BYTES,
  compoundDirectoryOffset,
  typeOfCompoundFile,
} from '../../../../functions/domain/file-type/compound-file.ts';

const OLE = '0000-0000-C000-000000000046';

/** A class id as a directory entry holds it: its first three numbers little-endian. */
function stored(id: string): string {
  const [first = '', second = '', third = '', ...rest] = id.split('-');
  const turned = [first, second, third].map((part) => (part.match(/../g) ?? []).reverse().join(''));
  return [...turned, ...rest].join('').toLowerCase();
}

function directory(classId: string, name = 'Root Entry'): Buffer {
  const bytes = Buffer.alloc(COMPOUND_DIRECTORY_BYTES);
  bytes.write(name, 'utf16le');
  bytes.write(classId, 80, 'hex');
  return bytes;
}

describe('the class of an OLE compound file’s root', () => {
  it.each([
    [`00020906-${OLE}`, 'application/msword'],
    [`00020820-${OLE}`, 'application/vnd.ms-excel'],
    [`00020810-${OLE}`, 'application/vnd.ms-excel'],
    ['64818D10-4F9B-11CF-86EA-00AA00B929E8', 'application/vnd.ms-powerpoint'],
    [`00020D0B-${OLE}`, 'application/vnd.ms-outlook'],
    [`000C1084-${OLE}`, 'application/x-msi'],
    [`000C1086-${OLE}`, 'application/x-msi'],
    [`000C1082-${OLE}`, 'application/x-msi'],
    [`00020907-${OLE}`, 'application/x-cfb'],
    ['00000000-0000-0000-0000-000000000000', 'application/x-cfb'],
  ])('%s is %s', (id, type) => expect(typeOfCompoundFile(directory(stored(id)))).toBe(type));

  it('is not asked for where a password protects the document', () => {
    const bytes = directory(stored(`00020906-${OLE}`));
    bytes.write('EncryptedPackage', 128, 'utf16le');
    expect(typeOfCompoundFile(bytes)).toBe('application/x-office-encrypted');
    for (const other of ['EncryptedPackag', 'ncryptedPackage', 'encryptedpackage']) {
      expect([other, typeOfCompoundFile(directory('', other))]).toEqual([other, 'application/x-cfb']);
    }
  });

  it('is unknown where the directory is missing or cut', () => {
    expect(typeOfCompoundFile(null)).toBe('application/x-cfb');
    const bytes = directory(stored(`00020906-${OLE}`));
    expect(typeOfCompoundFile(bytes.subarray(0, 127))).toBe('application/x-cfb');
    expect(typeOfCompoundFile(bytes.subarray(0, 128))).toBe('application/msword');
  });
});

describe('the directory', () => {
  function head(sectorShift: number, sector: number, length = 512): Buffer {
    const bytes = Buffer.alloc(length);
    bytes.write('d0cf11e0a1b11ae1', 'hex');
    bytes.writeUInt16LE(sectorShift, 0x1e);
    bytes.writeUInt32LE(sector, 0x30);
    return bytes;
  }

  it.each([
    [9, 0, 512],
    [9, 1, 1024],
    [12, 0, 4096],
    [12, 3, 16_384],
    // A sector of more than 4 KiB is against the format.
    [13, 0, 4096],
    [0xffff, 1, 8192],
  ])('of sectors of 2^%i bytes, in sector %i, begins at %i', (shift, sector, offset) => {
    expect(compoundDirectoryOffset(head(shift, sector))).toBe(offset);
  });

  it('is read from where the bytes are, not from where their buffer begins', () => {
    const shifted = Buffer.concat([Buffer.alloc(8, 0xff), head(9, 2)]).subarray(8);
    expect(compoundDirectoryOffset(shifted)).toBe(1536);
  });

  it('is in no other file, and in none that is cut within its header', () => {
    const other = head(9, 1);
    other[7] = 0;
    expect(compoundDirectoryOffset(other)).toBeNull();
    expect(compoundDirectoryOffset(head(9, 1).subarray(0, 511))).toBeNull();
    expect(compoundDirectoryOffset(Buffer.alloc(0))).toBeNull();
  });
});
