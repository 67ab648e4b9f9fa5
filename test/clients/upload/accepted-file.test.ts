import { describe, expect, it } from '@jest/globals';
import { acceptFile } from '../../../clients/upload/accepted-file.ts';

const LIMITS = { maxBytes: 1000, types: undefined, checksum: 'none' } as const;
const FILE = { name: 'a.pdf', size: 1000, type: 'application/pdf' };
const SHA256 = `${'A'.repeat(43)}=`;
const refusal = (code: string) => expect.objectContaining({ name: 'UploadRefused', code });

describe('a file within the limits is accepted', () => {
  it.each([
    ['as it is', FILE, LIMITS, { name: 'a.pdf', size: 1000, type: 'application/pdf' }],
    ['when it is empty', { ...FILE, size: 0 }, LIMITS, { size: 0 }],
    ['without a type', { ...FILE, type: '' }, LIMITS, { type: 'application/octet-stream' }],
    ['by its type', FILE, { ...LIMITS, types: ['image/*', 'Application/PDF'] }, {}],
    ['by its kind of type', { ...FILE, type: 'IMAGE/png' }, { ...LIMITS, types: ['image/*'] }, { type: 'image/png' }],
    [
      'with a checksum that counts',
      { ...FILE, sha256: SHA256 },
      { ...LIMITS, checksum: 'sha256' as const },
      { sha256: SHA256 },
    ],
    ['with one that does not', { ...FILE, sha256: SHA256 }, LIMITS, { sha256: undefined }],
    ['without its folders', { ...FILE, name: 'C:\\me\\x/y.pdf' }, LIMITS, { name: 'y.pdf' }],
    ['without line breaks in its name', { ...FILE, name: 'a\r\nb.pdf' }, LIMITS, { name: 'a__b.pdf' }],
  ])('%s', (_, file, limits, accepted) => {
    expect(acceptFile(file, limits)).toMatchObject(accepted);
  });
});

describe('a file outside the limits is refused', () => {
  it.each([
    ['a byte too large', { ...FILE, size: 1001 }, LIMITS, 'too-large'],
    ['of another type', FILE, { ...LIMITS, types: ['image/*'] }, 'type-not-allowed'],
    [
      'of a type that only begins alike',
      { ...FILE, type: 'imagex/png' },
      { ...LIMITS, types: ['image/*'] },
      'type-not-allowed',
    ],
    ['of no type where types are named', { ...FILE, type: '' }, { ...LIMITS, types: ['image/*'] }, 'type-not-allowed'],
    ['without a checksum', FILE, { ...LIMITS, checksum: 'sha256' as const }, 'checksum-missing'],
    ['of no size', { ...FILE, size: -1 }, LIMITS, 'invalid-request'],
    ['of a size that is no number', { ...FILE, size: '7' }, LIMITS, 'invalid-request'],
    ['of a type with a line break', { ...FILE, type: 'a/b\r\nx: y' }, LIMITS, 'invalid-request'],
    ['with a checksum that is none', { ...FILE, sha256: 'x' }, LIMITS, 'invalid-request'],
    ['without a name', { ...FILE, name: '' }, LIMITS, 'invalid-request'],
    ['that is no object', null, LIMITS, 'invalid-request'],
  ])('%s', (_, file, limits, code) => {
    expect(() => acceptFile(file, limits)).toThrow(refusal(code));
  });
});
