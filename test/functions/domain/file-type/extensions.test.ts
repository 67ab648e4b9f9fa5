import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agrees, extensionOf } from '../../../../functions/domain/file-type/extensions.ts';

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

  it('agrees with a type no table holds by the extension that came with it', () => {
    expect(agrees('psd', 'image/vnd.adobe.photoshop', 'psd')).toBe(true);
    expect(agrees('exe', 'image/vnd.adobe.photoshop', 'psd')).toBe(false);
    expect(agrees('jpg', 'image/jpeg')).toBe(true);
  });
});
