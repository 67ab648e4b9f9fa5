import { describe, expect, it } from '@jest/globals';
import {
  type CompoundFile,
  kindOfStream,
  typeOfCompoundFile,
} from '../../../../../functions/domain/file-type/office/compound-file.ts';

const OLE = '0000-0000-C000-000000000046';

/** A class id as a directory entry holds it: its first three numbers little-endian. */
function stored(id: string): string {
  const [first = '', second = '', third = '', ...rest] = id.split('-');
  const turned = [first, second, third].map((part) => (part.match(/../g) ?? []).reverse().join(''));
  return [...turned, ...rest].join('').toLowerCase();
}

const file = (over: Partial<CompoundFile>): CompoundFile => {
  const top = over.top ?? [];
  return {
    classId: stored('00000000-0000-0000-0000-000000000000'),
    top,
    names: top,
    macros: false,
    encrypted: false,
    ...over,
  };
};
const WORD = stored(`00020906-${OLE}`);

describe('an OLE compound file', () => {
  it.each([
    [`00020906-${OLE}`, 'WordDocument', 'application/msword'],
    [`00020900-${OLE}`, 'WordDocument', 'application/msword'],
    [`00020820-${OLE}`, 'Workbook', 'application/vnd.ms-excel'],
    [`00020810-${OLE}`, 'Book', 'application/vnd.ms-excel'],
    ['64818D10-4F9B-11CF-86EA-00AA00B929E8', 'PowerPoint Document', 'application/vnd.ms-powerpoint'],
    ['EA7BAE70-FB3B-11CD-A903-00AA00510EA3', 'PowerPoint Document', 'application/vnd.ms-powerpoint'],
    [`00020D0B-${OLE}`, '__properties_version1.0', 'application/vnd.ms-outlook'],
  ])('of class %s is what its stream %s is: %s', (id, stream, type) => {
    expect(typeOfCompoundFile(file({ classId: stored(id), top: ['x', stream] }))).toBe(type);
    // Writers leave the class out; names do not differ by case.
    expect(typeOfCompoundFile(file({ top: [stream.toUpperCase()] }))).toBe(type);
    expect(kindOfStream(stream)).toBe(type);
    expect(typeOfCompoundFile(file({ classId: stored(id), top: ['x'] }))).toBe('application/x-cfb');
    expect(typeOfCompoundFile(file({ classId: stored(`00020907-${OLE}`), top: [stream] }))).toBe(type);
  });

  it.each([`000C1084-${OLE}`, `000C1086-${OLE}`, `000C1082-${OLE}`])('of class %s is an installer', (id) => {
    expect(typeOfCompoundFile(file({ classId: stored(id), top: ['WordDocument'] }))).toBe('application/x-msi');
  });

  it('is nothing in particular when it was not understood, or is two documents', () => {
    expect(typeOfCompoundFile(null)).toBe('application/x-cfb');
    expect(typeOfCompoundFile(file({}))).toBe('application/x-cfb');
    expect(typeOfCompoundFile(file({ top: ['WordDocument', 'Workbook'] }))).toBe('application/x-cfb');
    expect(typeOfCompoundFile(file({ classId: WORD, top: ['Workbook'] }))).toBe('application/x-cfb');
    expect(typeOfCompoundFile(file({ top: ['Workbook', 'Book'] }))).toBe('application/vnd.ms-excel');
  });

  it.each(['_VBA_PROJECT', '_VBA_PROJECT_CUR', 'VBA', 'Macros', 'macros'])('with an entry %s has macros', (name) => {
    const names = ['WordDocument', name];
    expect(typeOfCompoundFile(file({ top: ['WordDocument'], names }))).toBe('application/x-office-legacy-macro');
    expect(typeOfCompoundFile(file({ top: ['WordDocument'], names: ['WordDocument', `${name}s`] }))).toBe(
      'application/msword',
    );
  });

  it('has macros when its stream says so', () => {
    expect(typeOfCompoundFile(file({ top: ['Workbook'], macros: true }))).toBe('application/x-office-legacy-macro');
    expect(typeOfCompoundFile(file({ top: ['x'], macros: true }))).toBe('application/x-cfb');
  });

  it.each(['EncryptedPackage', 'EncryptedSummary', '\tDRMContent', 'encryptedpackage'])(
    'with %j is under a password',
    (name) => {
      expect(typeOfCompoundFile(file({ classId: WORD, top: [name, 'WordDocument'] }))).toBe(
        'application/x-office-encrypted',
      );
      expect(typeOfCompoundFile(file({ classId: WORD, top: [`x${name}`, 'WordDocument'] }))).toBe('application/msword');
    },
  );

  it('is under a password when its stream says so, macros or not', () => {
    const over = { top: ['WordDocument'], encrypted: true, macros: true };
    expect(typeOfCompoundFile(file(over))).toBe('application/x-office-encrypted');
  });
});
