import { expect, it } from '@jest/globals';
import {
  beginsContainer,
  containerFormat,
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

/** Name, reader, 7-Zip's name for it; with a question mark where the bytes are no proof. */
it.each<[string, number, string]>([
  ['zip zip', 0, 'PK\x03\x04'],
  ['zip zip', 0, 'PK\x05\x06'],
  ['zip zip', 0, 'PK\x06\x06'],
  ['zip zip', 0, 'PK\x07\x08PK'],
  ['zip zip', 0, 'PK00PK\x03\x04'],
  ['gzip gzip', 0, '\x1f\x8b\x08\x80'],
  ['lzip lzip', 0, 'LZIP\x01'],
  ['ole compound', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['7z seven-zip 7z', 0, '7z\xbc\xaf\x27\x1c'],
  ['rar seven-zip rar', 0, 'Rar!\x1a\x07\x00'],
  ['rar seven-zip rar5', 0, 'Rar!\x1a\x07\x01\x00'],
  ['bzip2 seven-zip bzip2 ?', 0, 'BZh91AY&SY'],
  ['bzip2 seven-zip bzip2 ?', 0, 'BZh1\x17rE8P\x90'],
  ['xz seven-zip xz', 0, '\xfd7zXZ\x00'],
  ['zstd seven-zip zstd', 0, '\x28\xb5\x2f\xfd'],
  ['zstd-skippable seven-zip zstd', 0, '\x50*M\x18'],
  ['zstd-skippable seven-zip zstd', 0, '\x5f*M\x18'],
  ['compress seven-zip z', 0, '\x1f\x9d\x90'],
  ['compress seven-zip z', 0, '\x1f\x9d\x70'],
  ['cab seven-zip cab', 0, 'MSCF\x00\x00\x00\x00'],
  ['arj seven-zip arj ?', 0, '\x60\xea'],
  ['cpio seven-zip cpio', 0, '07070100000001'],
  ['cpio seven-zip cpio', 0, '07070200000001'],
  ['cpio seven-zip cpio', 0, '07070700000001'],
  ['cpio seven-zip cpio ?', 0, '070701'],
  ['cpio seven-zip cpio ?', 0, '070702'],
  ['cpio seven-zip cpio ?', 0, '070707'],
  ['cpio seven-zip cpio ?', 0, '\xc7\x71'],
  ['cpio seven-zip cpio ?', 0, '\x71\xc7'],
  ['ar seven-zip ar', 0, '!<arch>\n'],
  ['rpm seven-zip rpm', 0, '\xed\xab\xee\xdb'],
  ['xar seven-zip xar', 0, 'xar!'],
  ['wim seven-zip wim', 0, 'MSWIM\x00\x00\x00'],
  ['chm seven-zip chm', 0, 'ITSF'],
  ['squashfs seven-zip squashfs', 0, 'hsqs'],
  ['squashfs seven-zip squashfs', 0, 'sqsh'],
  ['squashfs seven-zip squashfs', 0, 'shsq'],
  ['squashfs seven-zip squashfs', 0, 'qshs'],
  ['cramfs seven-zip cramfs', 0, '\x45\x3d\xcd\x28'],
  ['vmdk seven-zip vmdk', 0, 'KDMV'],
  ['vhd seven-zip vhd', 0, 'conectix'],
  ['vhdx seven-zip vhdx', 0, 'vhdxfile'],
  ['qcow seven-zip qcow', 0, 'QFI\xfb'],
  ['vdi seven-zip vdi', 64, '\x7f\x10\xda\xbe'],
  ['iso seven-zip iso', 0x8001, 'CD001'],
  ['udf seven-zip udf', 0x8001, 'BEA01'],
  ['ntfs seven-zip ntfs', 3, 'NTFS    '],
  ['ext seven-zip ext ?', 0x438, '\x53\xef'],
  ['fat seven-zip fat ?', 54, 'FAT12   '],
  ['fat seven-zip fat ?', 54, 'FAT16   '],
  ['fat seven-zip fat ?', 82, 'FAT32   '],
  ['gpt seven-zip gpt ?', 512, 'EFI PART'],
  ['hfs seven-zip hfs ?', 1024, 'H+\x00\x04'],
  ['hfs seven-zip hfs ?', 1024, 'HX\x00\x05'],
  ['apfs seven-zip apfs ?', 32, 'NXSB'],
  ['szdd seven-zip mslz ?', 0, 'SZDD\x88\xf0\x27\x33'],
  ...['0', '1', '5', 'd', 's'].map((kind) => ['lzh seven-zip lzh ?', 2, `-lh${kind}-`] as [string, number, string]),
  ['lzh seven-zip lzh ?', 2, '-lz5-'],
  ['lzh seven-zip lzh ?', 2, '-pm0-'],
  ['lzh seven-zip lzh ?', 2, '-pm2-'],
  ['zstd-old nobody', 0, '\x1e\xb5\x2f\xfd'],
  ['zstd-old nobody', 0, '\x27\xb5\x2f\xfd'],
  ['lz4 nobody', 0, '\x04\x22\x4d\x18'],
  ['lz4 nobody', 0, '\x02\x21\x4c\x18'],
  ['gzip-old nobody', 0, '\x1f\x9e\x08'],
  ['pack nobody', 0, '\x1f\x1e\0\0\0\x09\x01'],
  ['pack nobody', 0, '\x1f\x1e\x7f\0\0\x09\x19'],
  ['lzh-old nobody', 0, '\x1f\xa0'],
  ['rar-old nobody', 0, 'RE~^'],
  ['lzop nobody', 0, '\x89LZO\x00\x0d\x0a\x1a\x0a'],
  ['lrzip nobody', 0, 'LRZI'],
  ['rzip nobody', 0, 'RZIP'],
  ['ace nobody', 7, '**ACE**'],
  ['zpaq nobody', 0, '7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3'],
  ['zpaq nobody', 0, 'zPQ'],
  ['stuffit nobody', 0, 'SIT!\x00'],
  ['stuffit nobody', 0, 'StuffIt (c)1997'],
  ['alz nobody', 0, 'ALZ\x01'],
  ['egg nobody', 0, 'EGGA'],
  ['freearc nobody', 0, 'ArC\x01'],
  ['zoo nobody', 20, '\xdc\xa7\xc4\xfd'],
  ['snappy nobody', 0, '\xff\x06\x00\x00sNaPpY'],
])('%s: at %d: %j', (expected, offset, text) => {
  const [format, ...others] = containerFormats(at(offset, text));
  expect(others).toEqual([]);
  const { name, reader, type, certain } = format ?? {};
  expect([name, reader, type, certain ? undefined : '?'].filter((part) => part !== undefined).join(' ')).toBe(expected);
  expect(containerFormat(at(offset, text))).toEqual(format);
  expect(told(at(offset + 1, text))).toEqual([]);
});

it.each<[string, Buffer]>([
  ['text', Buffer.from('text')],
  ['nothing', Buffer.alloc(0)],
  ['bzip2 of no known block', at(0, 'BZh9text')],
  ['bzip2 without its last letter', at(0, 'BZx91AY&SY')],
  ['the end of bzip2 with another byte', at(0, 'BZh1\x17rE8P\x91')],
  ['bzip2 of no level', at(0, 'BZh01AY&SY')],
  ['compress of too many bits', at(0, '\x1f\x9d\x91')],
  ['compress that ends there', Buffer.from('1f9d', 'hex')],
  ['no skippable frame', at(0, '\x6a*M\x18')],
  ['no skippable frame below', at(0, '\x4f*M\x18')],
  ['no old Zstandard', at(0, '\x1d\xb5\x2f\xfd')],
  ['no old Zstandard above', at(0, '\x29\xb5\x2f\xfd')],
  ['pack of a large size', at(0, '\x1f\x1e\x80\0\0\x09\x05')],
  ['pack of no levels', at(0, '\x1f\x1e\0\0\0\x09\0')],
  ['pack of too many levels', at(0, '\x1f\x1e\0\0\0\x09\x1a')],
  ['pack that ends there', Buffer.from('1f1e0000', 'hex')],
  ['no lzh', at(2, '-lh5+')],
  ['lzh of no such kind', at(2, '-lhx-')],
  ['lzh of another letter', at(2, '-lx5-')],
  ['PMarc of no such kind', at(2, '-pm3-')],
  ['lzh elsewhere', at(3, '-lh5-')],
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
  [true, 'the smallest of two parts and one less', lzma(0x5d, 8191, 100n)],
  [true, 'the largest size', lzma(0x5d, 1 << 23, (1n << 56n) - 1n)],
  [true, 'no properties', lzma(0, 1 << 23, 100n)],
  [false, 'one less than a small power of two', lzma(0x5d, 2047, 100n)],
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

it('tells none where there is none', () => {
  expect(containerFormat(Buffer.from('text'))).toBeNull();
});

it('takes the numbers of a ZIP64 field for no container', () => {
  expect(beginsContainer(lzma(0x5d, 2, 100n))).toBe(false);
  expect(beginsContainer(Buffer.from('PK\x03\x04'))).toBe(true);
  expect(beginsContainer(Buffer.alloc(0))).toBe(false);
});
