import { expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import {
  emptyTarMember,
  isPlainlyTar,
  readTarStructure,
} from '../../../../functions/domain/containers/tar-structure.ts';
import { paxRecord, TAR_END, type TarWriterEntry, writeTar } from '../../../support/tar-writer.ts';

const read = (tar: Buffer, max = 100) => readTarStructure(memorySource(tar), max);
const signedSum = (sum: number) => (sum - 256).toString(8).padStart(6, '0').concat('\0 ');

it('finds the content of every file', async () => {
  const tar = writeTar([{ content: 'one' }, { name: 'b', type: '5' }, { name: 'c', content: Buffer.alloc(513, 'x') }]);
  expect(await read(tar)).toEqual({
    members: [
      { start: 512, size: 3 },
      { start: 2048, size: 513 },
    ],
    uniform: true,
  });
});

it.each<[string, TarWriterEntry]>([
  ['a regular file of old', { type: '\0' }],
  ['a contiguous file', { type: '7' }],
  ['a size between blanks', { size: '         7 \0' }],
  ['a size that is blanks and NUL', { size: '          \0 ', content: '' }],
  ['no size', { size: Buffer.alloc(12), content: '' }],
  ['a size that fills its field', { size: '000000000007' }],
  ['a checksum with blanks before it', { checksum: (sum) => `${sum.toString(8).padStart(6, ' ')}\0 ` }],
  ['a checksum of seven digits', { checksum: (sum) => `${sum.toString(8).padStart(7, '0')}\0` }],
])('takes %s', async (_, entry) => {
  const { members } = await read(writeTar([{ content: '1234567', ...entry }]));
  expect(members).toHaveLength(1);
});

it('takes a checksum of signed bytes', async () => {
  const tar = writeTar([{ edit: (header) => header.write('a\xe9', 'latin1'), checksum: signedSum }]);
  expect((await read(tar)).members).toHaveLength(1);
});

it.each(['L', 'K', 'x', 'g', 'X'])('takes what %s says of the next member', async (type) => {
  const content = 'LK'.includes(type) ? 'a long name\0' : paxRecord('path', 'a long name') + paxRecord('mtime', '1.5');
  expect((await read(writeTar([{ type, content }, { content: 'x' }]))).members).toEqual([{ start: 1536, size: 1 }]);
});

it.each(['1', '2', '3', '4', '5', '6', 'V'])('takes type %s without content, and only so', async (type) => {
  expect((await read(writeTar([{ type }]))).members).toEqual([]);
  await expect(read(writeTar([{ type, size: '00000000001\0' }]))).rejects.toMatchObject({
    finding: 'ambiguous-archive:tar-size',
  });
});

it.each<[string, Buffer]>([
  ['no end', Buffer.alloc(0)],
  ['half an end', Buffer.alloc(512)],
  ['zeros behind', Buffer.alloc(10_240)],
  ['a megabyte of them', Buffer.alloc(1024 * 1024)],
])('ends with %s', async (_, end) => {
  expect((await read(writeTar([{}], end))).members).toHaveLength(1);
});

it.each<[string, readonly TarWriterEntry[], Buffer?]>([
  ['tar-suffix', [{}], Buffer.concat([TAR_END, Buffer.from('x')])],
  ['tar-suffix', [{}], Buffer.concat([TAR_END, writeTar([{}])])],
  ['tar-suffix', [{}], Buffer.alloc(1024 * 1024 + 1)],
  ['tar-truncated', [{}], Buffer.alloc(511, 'x')],
  ['tar-truncated', [{ size: '00000002001\0' }]],
  ['tar-header', [{}], Buffer.alloc(512, 'x')],
  ['tar-header', [{ checksum: (sum) => `${(sum + 1).toString(8)}\0 ` }]],
  ['tar-header', [{ checksum: (sum) => `${sum.toString(8)}x` }]],
  ['tar-size', [{ size: ' '.repeat(12) }]],
  ['tar-size', [{ size: '0000000000x\0' }]],
  ['tar-size', [{ size: '-0000000001\0' }]],
  ['tar-size', [{ size: '0000000 001\0' }]],
  ['tar-size', [{ size: Buffer.from('800000000000000000000001', 'hex') }]],
  ['tar-size', [{ size: Buffer.from('ffffffffffffffffffffffff', 'hex') }]],
  ['tar-size', [{ name: 'a/', type: '\0', content: 'x' }]],
  ['tar-size', [{ name: 'a/', content: 'x' }]],
  ['tar-type-S', [{ type: 'S' }]],
  ['tar-type-M', [{ type: 'M' }]],
  ['tar-type-0x01', [{ type: '\x01' }]],
  ['tar-pax-size', [{ type: 'x', content: paxRecord('size', '5') }]],
  ['tar-pax-size', [{ type: 'g', content: paxRecord('path', 'a') + paxRecord('size', '5') }]],
  ['tar-pax-size', [{ type: 'X', content: paxRecord('GNU.sparse.map', '0,1') }]],
  ['tar-pax-size', [{ type: 'x', content: paxRecord('SCHILY.realsize', '5') }]],
  ['tar-pax-size', [{ type: 'x', content: paxRecord('SUN.holesdata', '5') }]],
  ['tar-pax-size', [{ type: 'x', content: paxRecord('SCHILY.filetype', 'sparse') }]],
  ['tar-pax-size', [{ type: 'x', content: paxRecord('GNU.sparse.name', 'a') }]],
  ['tar-header', [{ type: 'x', content: '6 a=1x10 size=5\n' }]],
  ['tar-header', [{ type: 'x', content: `${paxRecord('path', 'a')}0 path=b\n` }]],
  ['tar-header', [{ type: 'x', content: `${paxRecord('path', 'a')}path=b\n` }]],
  ['tar-header', [{ type: 'x', content: '00000010 path=a\n' }]],
  ['tar-header', [{ type: 'x', content: '11 path\n=ab\n' }]],
  ['tar-header', [{ type: 'x', content: '5 =abc\n' }]],
  ['tar-header', [{ type: 'x', content: 'x11 path=ab\n' }]],
  ['tar-header', [{ type: 'x', content: '10 path=ab\n' }]],
  ['tar-header', [{ type: 'x', content: '12 path=ab\n' }]],
  ['tar-header', [{ type: 'L', content: 'a\0b' }]],
  ['tar-header', [{ type: 'K', content: 'a\0b\0' }]],
  ['tar-type-~', [{ type: '~' }]],
  ['tar-type-!', [{ type: '!' }]],
  ['tar-type-0x20', [{ type: ' ' }]],
  ['tar-type-0x7f', [{ type: '\x7f' }]],
  ['tar-header', [{ type: 'x', content: '99 path=a\n' }]],
  ['tar-header', [{ type: 'x', content: 'path=a\n' }]],
  ['tar-header', [{ type: 'x', content: `${paxRecord('path', 'a')}\0` }]],
  ['tar-header', [{ type: 'L', content: Buffer.alloc(1024 * 1024 + 1, 'a') }]],
])('%s: %j', async (rule, entries, ...[end]) => {
  await expect(read(writeTar(entries, end))).rejects.toMatchObject({ finding: `ambiguous-archive:${rule}` });
});

it.each<[string, TarWriterEntry]>([
  ['no value', { type: 'x', content: paxRecord('path', '') }],
  ['a key that is like another', { type: 'x', content: paxRecord('xsize', '5') + paxRecord('sizes', '5') }],
  ['a key of a vendor', { type: 'x', content: paxRecord('SCHILY.dev', '5') + paxRecord('x.GNU.sparse.map', '5') }],
  ['a long value', { type: 'x', content: paxRecord('comment', 'c'.repeat(5000)) + paxRecord('path', 'a') }],
  ['the longest', { type: 'x', content: paxRecord('comment', 'c'.repeat(1024 * 1024 - 17)) }],
  ['no pax header at all', { type: 'x' }],
  ['a long name without a NUL', { type: 'L', content: 'a long name' }],
  ['a long name with several', { type: 'L', content: 'a long name\0\0\0' }],
  ['the longest name', { type: 'K', content: Buffer.alloc(1024 * 1024, 'a') }],
])('takes a description with %s', async (_, entry) => {
  expect((await read(writeTar([entry, { content: 'x' }]))).members).toMatchObject([{ size: 1 }]);
});

it('does not take a value of a pax header for a key', async () => {
  const content = paxRecord('comment', 'a\n12 size=5');
  expect((await read(writeTar([{ type: 'x', content }, {}]))).members).toHaveLength(1);
});

it('has an empty file to put in front of a tar, as any writer makes it', async () => {
  const member = emptyTarMember();
  expect(member).toEqual(
    writeTar(
      [{ edit: (header) => header.write('0000000\x000000000\x0000000000000\x0000000000000', 108) }],
      Buffer.alloc(0),
    ),
  );
  expect(isPlainlyTar(member)).toBe(true);
  expect(await read(Buffer.concat([member, writeTar([{ content: 'x' }])]))).toEqual({
    members: [
      { start: 512, size: 0 },
      { start: 1024, size: 1 },
    ],
    uniform: true,
  });
});

it('counts all headers', async () => {
  const tar = writeTar([{}, { type: '5' }]);
  expect((await read(tar, 2)).members).toHaveLength(1);
  await expect(read(tar, 1)).rejects.toMatchObject({ finding: 'limits-exceeded:files' });
});

it.each<[boolean, TarWriterEntry]>([
  [true, { name: 'etc/passwd' }],
  [true, { name: './Documents' }],
  [true, { name: 'Readme.md' }],
  [false, { name: 'GIF89a' }],
  [false, { name: '%PDF-1.4' }],
  [false, { name: '{\\rtf' }],
  [false, { name: 'begin 644 x' }],
  [false, { name: 'xar!' }],
  [false, { name: '070701' }],
  [false, { name: 'v:' }],
  [false, { name: '\x00\x00\x00\x18ftypmp42' }],
  ...['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot'].flatMap((box): [boolean, TarWriterEntry][] => [
    [false, { name: `abcd${box}` }],
    [true, { name: `folder/${box}.txt` }],
  ]),
  [true, { name: 'a' }],
  [true, { name: '_.-/+@9' }],
  [true, { name: 'a'.repeat(100), edit: (header) => header.fill(0, 100, 101) }],
  [false, { name: 'README' }],
  [false, { name: 'Re.adme' }],
  [false, { name: 'REadme' }],
  [false, { name: 'ReAdme' }],
  [false, { name: 'Rea dme' }],
  [false, { name: 'a:b' }],
  [false, { name: '07071' }],
])('is nothing but a tar to ClamAV: %s: %j', (plainly, entry) => {
  expect(isPlainlyTar(writeTar([entry]))).toBe(plainly);
});

it.each<[boolean, TarWriterEntry]>([
  [true, {}],
  [false, { magic: '' }],
  [false, { edit: (header) => header.write('a\xe9', 'latin1'), checksum: signedSum }],
  [false, { type: 'D', name: 'folder/', content: 'Yname\0' }],
])('has headers of one form: %s: %j', async (uniform, entry) => {
  const tar = await read(writeTar([{ name: 'b' }, entry]));
  expect(tar).toMatchObject({ uniform, members: { length: 2 } });
});

it('has names', async () => {
  await expect(read(writeTar([{ name: '' }]))).rejects.toMatchObject({ finding: 'ambiguous-archive:tar-name' });
});
