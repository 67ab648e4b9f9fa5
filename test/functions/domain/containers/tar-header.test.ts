import { describe, expect, it } from '@jest/globals';
import { hasTarMagic, readTarHeader, startsAsTar } from '../../../../functions/domain/containers/tar-header.ts';
import { type TarWriterEntry, writeTar } from '../../../support/tar-writer.ts';

const headerOf = (entry: TarWriterEntry) => writeTar([entry]).subarray(0, 512);
const octal = (sum: number, digits = 6) => sum.toString(8).padStart(digits, '0');
/** A byte of more than seven bits: old writers count it as negative. */
const UMLAUT: TarWriterEntry = { name: Buffer.from('a\xe9', 'latin1') };
const binary = (sum: number) => Buffer.from([0x80, 0, 0, 0, 0, 0, sum >> 8, sum & 255]);

describe('starts as a tar', () => {
  it.each<[boolean, string, Buffer]>([
    [true, 'a magic number of POSIX', headerOf({ checksum: () => 'wrong' })],
    [true, 'a magic number of GNU', headerOf({ magic: 'ustar  \0', checksum: () => 'wrong' })],
    [true, 'a checksum, without a magic number', headerOf({ magic: '' })],
    [true, 'a checksum, and other blocks behind it', writeTar([{ magic: '', content: 'x' }])],
    [true, 'a checksum of signed bytes', headerOf({ ...UMLAUT, magic: '', checksum: (sum) => octal(sum - 256) })],
    [true, 'a checksum of unsigned bytes', headerOf({ ...UMLAUT, magic: '' })],
    [true, 'a checksum in binary', headerOf({ magic: '', checksum: binary })],
    [true, 'a checksum with anything behind it', headerOf({ magic: '', checksum: (sum) => `${sum.toString(8)}xyz` })],
    [true, 'a checksum behind blanks and NULs', headerOf({ magic: '', checksum: (sum) => `\0\t ${octal(sum, 5)}` })],
    [false, 'another checksum', headerOf({ magic: '', checksum: (sum) => octal(sum + 1) })],
    [false, 'another checksum in binary', headerOf({ magic: '', checksum: (sum) => binary(sum + 1) })],
    [false, 'a checksum behind something else', headerOf({ magic: '', checksum: (sum) => `x${octal(sum)}` })],
    [false, 'another magic number', headerOf({ magic: 'USTAR', checksum: () => 'wrong' })],
    [false, 'zeros', Buffer.alloc(512)],
    [false, 'half a header', headerOf({}).subarray(0, 511)],
    [false, 'nothing', Buffer.alloc(0)],
  ])('%s: %s', (expected, _, head) => {
    expect(startsAsTar(head)).toBe(expected);
  });

  it('with the magic number in its place only', () => {
    expect(hasTarMagic(headerOf({}))).toBe(true);
    expect(hasTarMagic(headerOf({ magic: '' }))).toBe(false);
    expect(hasTarMagic(headerOf({}).subarray(1))).toBe(false);
  });
});

describe('a header says', () => {
  it('type and size', () => {
    expect(readTarHeader(headerOf({ content: '1234567' }))).toEqual({ type: '0', size: 7, usual: true });
    expect(readTarHeader(headerOf({ type: 'L', size: '77777777777\0' }))).toMatchObject({
      type: 'L',
      size: 8 ** 11 - 1,
    });
    expect(readTarHeader(headerOf({ type: '\0' }))).toMatchObject({ type: '\0', size: 0 });
  });

  it.each<[string, string | Buffer, number]>([
    ['blanks before it', '         17\0', 15],
    ['blanks and NULs behind it', '17 \0 \0\0\0\0\0\0\0', 15],
    ['all of its field', '000000000017', 15],
    ['no digits, and a NUL', '          \0 ', 0],
    ['nothing', Buffer.alloc(12), 0],
  ])('a size with %s', (_, size, expected) => {
    expect(readTarHeader(headerOf({ size })).size).toBe(expected);
  });

  it.each<[string, string | Buffer]>([
    ['blanks only', ' '.repeat(12)],
    ['a letter', '0000000000x\0'],
    ['a digit that is not octal', '00000000018\0'],
    ['a sign', '-0000000001\0'],
    ['a blank within', '0000000 001\0'],
    ['a NUL before it', '\x000000000001\0'],
    ['something behind it', '0000000001\0x'],
    ['binary', Buffer.from('800000000000000000000001', 'hex')],
    ['binary below zero', Buffer.alloc(12, 0xff)],
  ])('no size with %s', (_, size) => {
    expect(() => readTarHeader(headerOf({ size }))).toThrow(
      expect.objectContaining({ finding: 'ambiguous-archive:tar-size' }),
    );
  });

  it.each<[string, TarWriterEntry]>([
    ['with blanks before it', { checksum: (sum) => `${sum.toString(8).padStart(6, ' ')}\0 ` }],
    ['with blanks and NULs behind it', { checksum: (sum) => `${sum.toString(8)} \0  ` }],
    ['that fills its field', { checksum: (sum) => octal(sum, 8) }],
    ['of signed bytes', { ...UMLAUT, checksum: (sum) => `${octal(sum - 256)}\0 ` }],
  ])('a checksum %s', (_, entry) => {
    expect(readTarHeader(headerOf(entry))).toMatchObject({ type: '0' });
  });

  it.each<[string, (sum: number) => string | Buffer]>([
    ['that is one more', (sum) => octal(sum + 1)],
    ['that is one less', (sum) => octal(sum - 1)],
    ['with something behind it', (sum) => `${octal(sum)}x`],
    ['with a NUL before it', (sum) => `\0${octal(sum)}`],
    ['that is cut in two', (sum) => `${octal(sum)} 0`],
    ['in binary', binary],
    ['of blanks', () => ' '.repeat(8)],
    ['of nothing', () => Buffer.alloc(8)],
  ])('no checksum %s', (_, checksum) => {
    expect(() => readTarHeader(headerOf({ checksum }))).toThrow(
      expect.objectContaining({ name: 'Unaccounted', finding: 'ambiguous-archive:tar-header' }),
    );
  });

  it.each<[boolean, string, TarWriterEntry]>([
    [true, 'POSIX', {}],
    [true, 'GNU', { magic: 'ustar  \0' }],
    [true, 'unsigned bytes', UMLAUT],
    [false, 'no magic number', { magic: '' }],
    [false, 'signed bytes', { ...UMLAUT, checksum: (sum) => `${octal(sum - 256)}\0 ` }],
  ])('whether it is as usual: %s: %s', (usual, _, entry) => {
    expect(readTarHeader(headerOf(entry)).usual).toBe(usual);
  });

  it('a name', () => {
    expect(() => readTarHeader(headerOf({ name: '' }))).toThrow(
      expect.objectContaining({ finding: 'ambiguous-archive:tar-name' }),
    );
  });
});

describe('has no content', () => {
  const LONG = `${'f'.repeat(99)}/`;
  it.each<[string, TarWriterEntry]>([
    ...['1', '2', '3', '4', '5', '6', 'V'].map((type): [string, TarWriterEntry] => [`type ${type}`, { type }]),
    ...['\0', '0', '7'].map((type): [string, TarWriterEntry] => [
      `a folder of type ${JSON.stringify(type)}`,
      { type, name: 'folder/' },
    ]),
    ['a folder whose name fills its field', { name: LONG }],
  ])('%s', (_, entry) => {
    expect(readTarHeader(headerOf(entry)).size).toBe(0);
    expect(() => readTarHeader(headerOf({ ...entry, size: '00000000001\0' }))).toThrow(
      expect.objectContaining({ finding: 'ambiguous-archive:tar-size' }),
    );
  });

  it.each<[string, TarWriterEntry]>([
    ['a file in a folder', { name: 'folder/file' }],
    ['a file with something behind its name', { name: 'file\0folder/' }],
    ['a name that a long one follows', { type: 'L', name: '././@LongLink/' }],
    ['a file whose name fills its field', { name: 'f'.repeat(100) }],
  ])('but not %s', (_, entry) => {
    expect(readTarHeader(headerOf({ ...entry, content: 'x' })).size).toBe(1);
  });
});
