import { caught, clean, type HostileCase, infected, refused } from './hostile-case.ts';
import type { Sample } from './sample.ts';
import { pack } from './seven-zip.ts';
import { bzip2, gzip, xz, zstd } from './streams.ts';
import { GNU, pax, plainTar, TAR_END, type TarEntry, tarEntry, tarOf, USTAR, V7 } from './tar.ts';
import { plainZip } from './zip.ts';

const { concat } = Buffer;

/** Compressed, so that only who finds the member finds the token. */
const hidden = ({ malware }: Sample): Buffer => gzip(malware);

const one =
  (change: (s: Sample) => TarEntry, ...before: readonly TarEntry[]) =>
  (s: Sample) =>
    tarOf([...before, { name: s.name('gz'), content: hidden(s), ...change(s) }]);

const octal = (value: number) => Buffer.from(`${value.toString(8).padStart(11, '0')}\0`);
function binarySize(value: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes[0] = 0x80;
  bytes.writeUInt32BE(value, 8);
  return bytes;
}

/** GNU's old form: where the pieces are stands in the header, how long the file is behind it. */
function oldSparse(s: Sample): Buffer {
  const content = hidden(s);
  return tarOf([
    { name: 'good', content: s.good },
    {
      name: s.name('gz'),
      type: 'S',
      magic: GNU,
      content,
      fields: [
        [386, octal(1000)],
        [398, octal(content.length)],
        [483, octal(1000 + content.length)],
      ],
    },
  ]);
}

const sparse = (records: Readonly<Record<string, string>>) => one(() => ({}), pax(records));

export const TAR_CASES: readonly HostileCase[] = [
  infected(
    'ustar',
    one(() => ({})),
  ),
  infected(
    'GNU',
    one(() => ({ magic: GNU })),
  ),
  infected(
    'V7',
    one(() => ({ magic: V7 })),
  ),
  infected('a long name of GNU', (s) =>
    tarOf([
      { name: '././@LongLink', type: 'L', magic: GNU, content: Buffer.from(`${'y'.repeat(300)}\0`) },
      { content: hidden(s), magic: GNU },
    ]),
  ),
  infected(
    'a long name of pax',
    one(() => ({}), pax({ path: 'ü'.repeat(120) })),
  ),
  infected(
    'a header of pax for all',
    one(() => ({}), pax({ comment: 'x' }, 'g')),
  ),
  infected(
    'a header of Solaris',
    one(() => ({}), pax({ path: 'x' }, 'X')),
  ),
  infected(
    'a prefix',
    one(() => ({ fields: [[345, 'some/folder']] })),
  ),
  infected(
    'type 7',
    one(() => ({ type: '7' })),
  ),
  infected(
    'type NUL',
    one(() => ({ type: '\0' })),
  ),
  infected('behind links, devices and folders', (s) =>
    tarOf([
      { name: 'l', type: '2', link: '/etc/passwd' },
      { name: 'h', type: '1', link: '../../etc/passwd' },
      { name: 'c', type: '3' },
      { name: 'b', type: '4' },
      { name: 'd/', type: '5' },
      { name: 'p', type: '6' },
      { name: 'a', content: hidden(s) },
    ]),
  ),
  infected(
    'an absolute name',
    one(() => ({ name: '/etc/a' })),
  ),
  infected(
    'a name with ..',
    one(() => ({ name: '../../a' })),
  ),
  infected('a name that comes twice', (s) =>
    tarOf([
      { name: 'a', content: hidden(s) },
      { name: 'a', content: s.good },
    ]),
  ),
  caught(
    'no name',
    'ambiguous-archive:tar-name',
    one(() => ({ name: '' })),
  ),
  caught(
    'no name in front of the member',
    'ambiguous-archive:tar-name',
    one(() => ({}), { name: '' }),
  ),
  caught(
    'a name of a prefix alone',
    'ambiguous-archive:tar-name',
    one(() => ({ name: '', fields: [[345, 'folder/file']] })),
  ),
  ...[
    'GIF89a',
    '%PDF-1.7',
    '\x7fELF',
    'MZ',
    'RIFF',
    'From a',
    '<html>',
    '{\\rtf1',
    '#!/bin/sh',
    '%!PS',
    'ID3',
    'begin 644 x',
    'BZh9',
    'Received: x',
    'GIF8',
    'LZIP',
    'ITSF',
    '070701',
    '-lh5-',
    'CWS',
    'BM',
    'OggS',
    'II*',
    '\x89PNG\r\n\x1a\n',
    '\xff\xd8\xff\xe0',
    '!<arch>\n',
    'SIT!',
    '#@~^',
  ].map((name) =>
    infected(
      `a first name like ${JSON.stringify(name)}`,
      one(() => ({ name: Buffer.from(name, 'latin1') })),
    ),
  ),
  infected('a checksum of signed bytes', (s) => {
    const tar = Buffer.from(one(() => ({ name: Buffer.from([0x61, 0xff, 0xfe, 0xe4]), magic: V7 }))(s));
    tar.fill(' ', 148, 156);
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + (byte > 127 ? byte - 256 : byte), 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return tar;
  }),
  infected('without the end', (s) => tarEntry({ content: hidden(s) })),
  infected('the last of 500 members', (s) =>
    tarOf([
      ...Array.from({ length: 500 }, (_, index) => ({ name: `${index}`, content: s.good })),
      { content: hidden(s) },
    ]),
  ),
  infected('in a tar', (s) => plainTar(s.name('tar'), plainTar('a', hidden(s)))),
  infected('in a tar that is called tar.gz', (s) => plainTar(s.name('tar.gz'), plainTar('a', hidden(s)))),
  infected('in gzip', (s) => gzip(plainTar('a', hidden(s)))),
  infected('in bzip2', async (s) => bzip2(plainTar('a', hidden(s)))),
  infected('in xz', async (s) => xz(plainTar('a', hidden(s)))),
  infected('in zstd', (s) => zstd(plainTar('a', hidden(s)))),
  infected(
    'a volume label in front',
    one(() => ({}), { name: 'label', type: 'V' }),
  ),
  infected('a 7z of BZip2 in it', async (s) => plainTar(s.name('7z'), await pack('7z', { a: s.malware }, '-m0=BZip2'))),
  infected('by 7-Zip, in pax', (s) => pack('tar', { a: hidden(s) }, '-mm=pax')),
  infected('a checksum of signed bytes in the second header', (s) => {
    const tar = tarOf([
      { name: 'a', content: s.good.subarray(0, 100) },
      { name: Buffer.from([0x61, 0xff, 0xfe, 0xe4]), magic: V7, content: hidden(s) },
    ]);
    tar.fill(' ', 1024 + 148, 1024 + 156);
    const sum = tar.subarray(1024, 1536).reduce((total, byte) => total + (byte > 127 ? byte - 256 : byte), 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 1024 + 148);
    return tar;
  }),
  infected('V7 behind ustar', (s) =>
    tarOf([
      { name: 'a', content: s.good },
      { name: 'b', content: hidden(s), magic: V7 },
    ]),
  ),
  infected('another magic behind ustar', (s) =>
    tarOf([
      { name: 'a', content: s.good },
      { name: 'b', content: hidden(s), magic: 'whatever' },
    ]),
  ),
  caught('a member over the limit', 'limits-exceeded:size', (s) =>
    gzip(tarOf([{ name: 'a', content: concat([Buffer.alloc(5_000_000), hidden(s)]) }])),
  ),
  caught('a member behind one over the limit', 'limits-exceeded:size', (s) =>
    gzip(
      tarOf([
        { name: 'a', content: Buffer.alloc(5_000_000) },
        { name: 'b', content: hidden(s) },
      ]),
    ),
  ),
  infected('with the magic number of ext in its first member', (s) => {
    const content = s.bytes(4000);
    content.write('\x53\xef', 0x438 - 512, 'latin1');
    return tarOf([
      { name: 'a', content },
      { name: 'b', content: concat([gzip(s.good), hidden(s)]) },
    ]);
  }),
  infected('with the magic number of ext, and a name of old cpio', (s) => {
    const content = s.bytes(4000);
    content.write('\x53\xef', 0x438 - 512, 'latin1');
    return tarOf([
      { name: Buffer.from('c771', 'hex'), content },
      { name: 'b', content: concat([gzip(s.good), hidden(s)]) },
    ]);
  }),
  caught('sparse, by GNU', 'ambiguous-archive:tar-type-S', oldSparse),
  caught(
    'sparse, by pax 0.0',
    'ambiguous-archive:tar-pax-size',
    sparse({
      'GNU.sparse.size': '5000',
      'GNU.sparse.numblocks': '1',
      'GNU.sparse.offset': '0',
      'GNU.sparse.numbytes': '5',
    }),
  ),
  caught(
    'sparse, by pax 0.1',
    'ambiguous-archive:tar-pax-size',
    sparse({ 'GNU.sparse.size': '5000', 'GNU.sparse.map': '0,5' }),
  ),
  caught(
    'sparse, by pax 1.0',
    'ambiguous-archive:tar-pax-size',
    sparse({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '5000' }),
  ),
  caught('another size by pax', 'ambiguous-archive:tar-pax-size', sparse({ size: '7' })),
  caught(
    'another size by pax, behind other records',
    'ambiguous-archive:tar-pax-size',
    sparse({ mtime: '1', path: 'a', size: '7' }),
  ),
  infected(
    'a size behind spaces',
    one((s) => ({ size: Buffer.from(`${hidden(s).length.toString(8).padStart(10)} \0`) })),
  ),
  infected(
    'a size of twelve digits',
    one((s) => ({ size: Buffer.from(hidden(s).length.toString(8).padStart(12, '0')) })),
  ),
  infected(
    'a long link of GNU',
    one(() => ({}), { name: '././@LongLink', type: 'K', magic: GNU, content: Buffer.from(`${'y'.repeat(300)}\0`) }),
  ),
  infected(
    'an upper case name, V7',
    one(() => ({ name: 'GIF89a', magic: V7 })),
  ),
  caught(
    'a size in binary',
    'ambiguous-archive:tar-size',
    one((s) => ({ size: binarySize(hidden(s).length) })),
  ),
  caught(
    'a size that is no number',
    'ambiguous-archive:tar-size',
    one(() => ({ size: Buffer.from('9999x9\0\0\0\0\0\0') })),
  ),
  caught(
    'a size with a sign',
    'ambiguous-archive:tar-size',
    one(() => ({ size: Buffer.from('-0000000100\0') })),
  ),
  caught(
    'a size with bytes behind its end',
    'ambiguous-archive:tar-size',
    one(() => ({ size: Buffer.from('00000\x0000777\0') })),
  ),
  caught(
    'a link with content',
    'ambiguous-archive:tar-size',
    one(() => ({ type: '2' })),
  ),
  caught(
    'a hard link with content',
    'ambiguous-archive:tar-size',
    one(() => ({ type: '1' })),
  ),
  caught(
    'a folder with content',
    'ambiguous-archive:tar-size',
    one(() => ({ type: '5' })),
  ),
  ...['D', 'M', 'N', 'A', 'Z', '8', 'I'].map((type) =>
    caught(
      `type ${type}`,
      `ambiguous-archive:tar-type-${type}`,
      one(() => ({ type }), { name: 'a' }),
    ),
  ),
  caught(
    'a type of no letter',
    'ambiguous-archive:tar-type-0x80',
    one(() => ({ fields: [[156, Buffer.from([0x80])]] }), { name: 'a' }),
  ),
  caught('another tar behind the end', 'ambiguous-archive:tar-suffix', (s) =>
    concat([plainTar('a', s.good), plainTar('b', hidden(s))]),
  ),
  caught('a zip behind the end', 'ambiguous-archive:tar-suffix', (s) =>
    concat([plainTar('a', s.good), plainZip('b', s.malware)]),
  ),
  caught('one block of zeros, then more', 'ambiguous-archive:tar-suffix', (s) =>
    concat([
      tarEntry({ name: 'a', content: s.good }),
      Buffer.alloc(512),
      tarEntry({ name: 'b', content: hidden(s) }),
      TAR_END,
    ]),
  ),
  caught('many zeros, then more', 'ambiguous-archive:tar-suffix', (s) =>
    concat([plainTar('a', s.good), Buffer.alloc(2_000_000), plainTar('b', hidden(s))]),
  ),
  caught('a wrong checksum in the second header', 'ambiguous-archive:tar-header', (s) =>
    tarOf([
      { name: 'a', content: s.good },
      { name: 'b', content: hidden(s), wrongChecksum: true },
    ]),
  ),
  caught('a member that is cut off', 'ambiguous-archive:tar-truncated', (s) => {
    const entry = tarEntry({ name: 'a', content: concat([hidden(s), s.bytes(2000)]) });
    return entry.subarray(0, entry.length - 1024);
  }),
  caught('a header that is cut off', 'ambiguous-archive:tar-truncated', (s) =>
    concat([tarEntry({ name: 'a', content: s.good }), tarEntry({ name: 'b', content: hidden(s) }).subarray(0, 300)]),
  ),
  caught('an archive as a long name', 'ambiguous-archive:tar-header', (s) =>
    tarOf([
      { name: '././@LongLink', type: 'L', magic: GNU, content: hidden(s) },
      { name: 'a', content: s.good, magic: GNU },
    ]),
  ),
  caught('an archive in a header of pax', 'ambiguous-archive:tar-header', (s) =>
    tarOf([
      { name: 'x', type: 'x', content: hidden(s) },
      { name: 'a', content: s.good },
    ]),
  ),
  refused('two members, the second an encrypted zip', 'encrypted', async (s) =>
    tarOf([
      { name: 'a', content: s.good },
      { name: 'b', content: await pack('zip', { c: s.malware }, '-psecret') },
    ]),
  ),
  clean('an ordinary tar', (s) =>
    tarOf([
      { name: s.name('txt'), content: s.good },
      { name: 'd/', type: '5', magic: USTAR },
    ]),
  ),
  clean('an ordinary tar.gz', (s) => gzip(plainTar(s.name('txt'), s.good))),
  clean('an ordinary tar with long names', (s) =>
    tarOf([pax({ path: 'x'.repeat(200), mtime: '1700000000.5' }), { name: 'x', content: s.good }]),
  ),
].map((each) => ({ ...each, name: `tar: ${each.name}` }));
