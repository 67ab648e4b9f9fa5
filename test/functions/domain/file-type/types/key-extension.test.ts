import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extensionOf } from '../../../../../functions/domain/file-type/types/key-extension.ts';

describe('extension of a key', () => {
  it.each<[string, string | null]>([
    ['a.pdf', 'pdf'],
    ['A.PDF', 'pdf'],
    ['a.pdf.exe', 'exe'],
    ['a.tar.gz', 'gz'],
    ['x.exe/a', null],
    ['x.y/', null],
    ['a', null],
    ['', null],
    ['.', null],
    ['..', null],
    ['.png', 'png'],
    ['.htaccess', 'htaccess'],
    ['a.', null],
    ['a.exe.', 'exe'],
    ['a.exe . ', 'exe'],
    ['a.exe\u00a0', 'exe'],
    ['a.exe\0', 'exe'],
    ['a.e\u200bxe', 'exe'],
    ['cod\u202efdp.exe', 'exe'],
    ['exe.\u202efdp', 'fdp'],
    ['a.txt:b.exe', 'exe'],
    ['a.exe::$DATA', 'exe::$data'],
    ['backup.001', null],
    ['v1.2', null],
    // What nobody knows is none, where it does not look like one.
    ['v1.2.3-rc1', null],
    ['Scan 12.5 cm', null],
    ['photo.jpg (1)', null],
    ['photo.2024-01-01', null],
    ['2024.05.01T10.00.00Z', null],
    ['mr. smith', null],
    ['draft.~', null],
    ['photo.jpg_large', 'jpg_large'],
    ['photo.orig', 'orig'],
    ['photo.jpeg~', 'jpeg~'],
    ['a.b', 'b'],
    // What somebody knows is one, however it looks.
    ['a. exe', 'exe'],
    ['a.7z', '7z'],
    ['a.3gp', '3gp'],
    ['a.3ds', '3ds'],
    ['a. msg', 'msg'],
    ['a.exe:1', 'exe:1'],
    ['a.exe: 5', 'exe: 5'],
    // Addresses.
    ['avatars/jane@example.com', null],
    ['jane.doe+x@mail.example.org', null],
    ['jane@example.museum', null],
    ['jané@example.de', null],
    ['jane@example.ai', null],
    ['jane@example.pl', 'pl'],
    ['jane@example.sh', 'sh'],
    ['jane@example.js', 'js'],
    ['jane@example.exe', 'exe'],
    ['jane@example.scf', 'scf'],
    ['jane@example.library-ms', 'library-ms'],
    ['run jane@example.com', 'com'],
    ['jane@example.com.exe', 'exe'],
    ['jane@.com', 'com'],
    ['www.example.com', 'com'],
    ['a.İ', 'i̇'],
    [`a.${'é'.repeat(511)}`, 'é'.repeat(32)],
  ])('%j: %j', (key, extension) => expect(extensionOf(key)).toBe(extension));

  it('is never empty, longer than 32 characters or holding a slash, for any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1024 }), (key) => {
        const extension = extensionOf(key);
        if (extension === null) return;
        expect([...extension].length).toBeGreaterThan(0);
        expect([...extension].length).toBeLessThanOrEqual(32);
        expect(extension).not.toContain('/');
      }),
    );
  });
});
