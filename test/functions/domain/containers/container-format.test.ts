import { expect, it } from '@jest/globals';
import {
  beginsContainer,
  containerFormats,
  FORMAT_HEAD_BYTES,
} from '../../../../functions/domain/containers/container-format.ts';
import { writeTar } from '../../../support/tar-writer.ts';

const at = (offset: number, text: string) =>
  Buffer.concat([Buffer.alloc(offset), Buffer.from(text, 'latin1'), Buffer.alloc(32)]);
const told = (head: Buffer) =>
  containerFormats(head).map(({ name, reader, certain }) => `${name} ${reader}${certain ? '' : '?'}`);

function lzma(properties: number, dictionary: number, size: bigint, first = 0): Buffer {
  const bytes = Buffer.alloc(14);
  bytes[0] = properties;
  bytes.writeUInt32LE(dictionary, 1);
  bytes.writeBigUInt64LE(size, 5);
  bytes[13] = first;
  return bytes;
}

it.each<[string, number, string]>([
  ['zip zip', 0, 'PK\x03\x04'],
  ['zip zip', 0, 'PK\x05\x06'],
  ['zip zip', 0, 'PK00PK\x03\x04'],
  ['gzip gzip', 0, '\x1f\x8b\x08\x80'],
  ['ole compound', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['7z seven-zip', 0, '7z\xbc\xaf\x27\x1c'],
  ['rar seven-zip', 0, 'Rar!\x1a\x07\x01\x00'],
  ['bzip2 seven-zip?', 0, 'BZh91AY&SY'],
  ['bzip2 seven-zip?', 0, 'BZh1\x17rE8P\x90'],
  ['compress seven-zip', 0, '\x1f\x9d\x90'],
  ['compress seven-zip', 0, '\x1f\x9d\x70'],
  ['cpio seven-zip', 0, '07070100000001'],
  ['cpio seven-zip?', 0, '070701'],
  ['iso seven-zip', 0x8001, 'CD001'],
  ['ext seven-zip?', 0x438, '\x53\xef'],
  ['lzh seven-zip?', 2, '-lh5-'],
  ['zstd-skippable seven-zip', 0, '\x5a*M\x18'],
  ['zstd-old nobody', 0, '\x25\xb5\x2f\xfd'],
  ['zstd seven-zip', 0, '\x28\xb5\x2f\xfd'],
  ['lz4 nobody', 0, '\x04\x22\x4d\x18'],
  ['gzip-old nobody', 0, '\x1f\x9e\x08'],
  ['pack nobody', 0, '\x1f\x1e\0\0\0\x09\x05'],
])('%s: at %d', (expected, offset, text) => {
  expect(told(at(offset, text))).toEqual([expected]);
});

it.each<[string, Buffer]>([
  ['text', Buffer.from('text')],
  ['nothing', Buffer.alloc(0)],
  ['bzip2 of no known block', at(0, 'BZh9text')],
  ['bzip2 of no level', at(0, 'BZh01AY&SY')],
  ['compress of too many bits', at(0, '\x1f\x9d\x91')],
  ['no skippable frame', at(0, '\x6a*M\x18')],
  ['no old Zstandard', at(0, '\x1d\xb5\x2f\xfd')],
  ['no pack', at(0, '\x1f\x1e\xff\0\0\x09\x05')],
  ['another method of gzip', at(0, '\x1f\x8b\x07')],
  ['a magic number elsewhere', at(1, 'PK\x03\x04')],
])('is none: %s', (_, head) => {
  expect(told(head)).toEqual([]);
});

it.each<[boolean, string, Buffer]>([
  [true, 'an unknown size', lzma(0x5d, 1 << 23, 0xffff_ffff_ffff_ffffn)],
  [true, 'a dictionary of three parts', lzma(0x5d, 3 << 20, 100n)],
  [true, 'a small dictionary', lzma(0x5d, 2, 100n)],
  [true, 'the largest dictionary', lzma(224, 0xffffffff, 100n)],
  [false, 'no such dictionary', lzma(0x5d, 5 << 20, 100n)],
  [false, 'no such properties', lzma(225, 1 << 23, 100n)],
  [false, 'no such size', lzma(0x5d, 1 << 23, 1n << 56n)],
  [false, 'no first byte', lzma(0x5d, 1 << 23, 100n, 1)],
  [false, 'a short one', lzma(0x5d, 1 << 23, 100n).subarray(0, 13)],
])('is LZMA: %s: %s', (expected, _, head) => {
  expect(told(head)).toEqual(expected ? ['lzma seven-zip?'] : []);
});

it('tells every format that fits', () => {
  expect(told(writeTar([{ name: Buffer.from('\x60\xea', 'latin1') }]))).toEqual(['arj seven-zip?', 'tar tar']);
  const both = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(0x8001 - 4), Buffer.from('CD001')]);
  expect(both).toHaveLength(FORMAT_HEAD_BYTES);
  expect(told(both)).toEqual(['zip zip', 'iso seven-zip']);
});

it('takes the numbers of a ZIP64 field for no container', () => {
  expect(beginsContainer(lzma(0x5d, 2, 100n))).toBe(false);
  expect(beginsContainer(Buffer.from('PK\x03\x04'))).toBe(true);
  expect(beginsContainer(Buffer.alloc(0))).toBe(false);
});
