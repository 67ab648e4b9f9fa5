import { deflateRawSync, gzipSync } from 'node:zlib';
import { caught, clean, type HostileCase, infected, refused } from './hostile-case.ts';
import { pack } from './seven-zip.ts';
import { bzip2, compressZ, gzip, lz4, lz4Legacy, lzip, lzmaAlone, skippableFrame, xz, zstd } from './streams.ts';
import { plainTar, tarOf } from './tar.ts';
import { plainZip, u32 } from './zip.ts';

const { concat } = Buffer;
const KINDS: Readonly<Record<string, (content: Buffer) => Buffer | Promise<Buffer>>> = { gzip, bzip2, xz, zstd };

/** What every format of streams can do: its names of broken and of what stands behind. */
const everywhere: readonly HostileCase[] = Object.entries(KINDS).flatMap(([kind, packed]) => [
  infected(`${kind}: one stream`, (s) => packed(s.malware)),
  infected(`${kind}: the second stream`, async (s) => concat([await packed(s.good), await packed(s.malware)])),
  infected(`${kind}: the first stream of two`, async (s) => concat([await packed(s.malware), await packed(s.good)])),
  infected(`${kind}: the last of twenty streams`, async (s) => {
    const one = await packed(s.good);
    return concat([...Array.from({ length: 19 }, () => one), await packed(s.malware)]);
  }),
  infected(`${kind}: cut in the middle of the token`, async (s) => {
    const half = s.malware.indexOf(s.token) + 10;
    return concat([await packed(s.malware.subarray(0, half)), await packed(s.malware.subarray(half))]);
  }),
  infected(`${kind}: a tar of many streams`, async (s) => {
    const tar = tarOf([
      { name: 'big', content: s.bytes(3000) },
      { name: s.name('com'), content: s.malware },
    ]);
    const parts = Array.from({ length: 5 }, (_, index) => tar.subarray(index * 2048, (index + 1) * 2048));
    return concat(await Promise.all(parts.map((part) => packed(part))));
  }),
  infected(`${kind}: in a zip`, async (s) =>
    plainZip(s.name('bin'), concat([await packed(s.good), await packed(s.malware)])),
  ),
  infected(`${kind}: in itself`, async (s) => packed(concat([await packed(s.good), await packed(s.malware)]))),
  infected(`${kind}: a stream of nothing, then malware`, async (s) =>
    concat([await packed(Buffer.alloc(0)), await packed(s.malware)]),
  ),
  caught(
    `${kind}: bytes behind`,
    kind === 'gzip' ? 'ambiguous-archive:gzip-suffix' : `ambiguous-archive:${kind}-broken`,
    async (s) => concat([await packed(s.good), s.bytes(60)]),
  ),
  caught(
    `${kind}: a zip behind`,
    kind === 'gzip' ? 'ambiguous-archive:gzip-suffix' : `ambiguous-archive:${kind}-broken`,
    async (s) => concat([await packed(s.good), plainZip('a', s.malware)]),
  ),
  caught(
    `${kind}: a 7z behind`,
    kind === 'gzip' ? 'ambiguous-archive:gzip-suffix' : `ambiguous-archive:${kind}-broken`,
    async (s) => concat([await packed(s.good), await pack('7z', { a: s.malware }, '-m0=BZip2')]),
  ),
  caught(`${kind}: content over the limit`, 'limits-exceeded:size', (s) =>
    packed(concat([Buffer.alloc(5_000_000), s.malware])),
  ),
  caught(`${kind}: content over the limit, in a zip`, 'limits-exceeded:size', async (s) =>
    plainZip('a', await packed(concat([Buffer.alloc(5_000_000), s.malware]))),
  ),
  refused(`${kind}: cut off`, `ambiguous-archive:${kind}-broken`, async (s) => (await packed(s.good)).subarray(0, -5)),
  refused(`${kind}: the second cut off`, `ambiguous-archive:${kind}-broken`, async (s) =>
    concat([await packed(s.good), (await packed(s.good)).subarray(0, -5)]),
  ),
  clean(`${kind}: an ordinary file`, (s) => packed(s.good)),
  clean(`${kind}: an ordinary file of two streams`, async (s) => concat([await packed(s.good), await packed(s.good)])),
]);

const GZIP: readonly HostileCase[] = [
  infected('every field of the header', (s) =>
    gzip(s.malware, { extra: s.bytes(30), name: Buffer.from('a'), comment: Buffer.from('b'), headerChecksum: true }),
  ),
  caught('a second member behind zeros', 'ambiguous-archive:gzip-suffix', (s) =>
    concat([gzip(s.good), Buffer.alloc(512), gzip(s.malware)]),
  ),
  infected('a member of 70,000 blocks', (s) => gzip(concat([Buffer.alloc(200_000), s.malware, Buffer.alloc(200_000)]))),
  caught('a wrong checksum', 'ambiguous-archive:gzip-checksum', (s) => gzip(s.malware, { crc: 7 })),
  caught('a wrong checksum of the second', 'ambiguous-archive:gzip-checksum', (s) =>
    concat([gzip(s.good), gzip(s.malware, { crc: 7 })]),
  ),
  caught('a wrong size', 'ambiguous-archive:gzip-checksum', (s) => concat([gzip(s.malware).subarray(0, -4), u32(1)])),
  caught('a second member with a reserved flag', 'ambiguous-archive:gzip-broken', (s) => {
    const second = Buffer.from(gzip(s.malware));
    second[3] = 0x80;
    return concat([gzip(s.good), second]);
  }),
  caught('a second member without header', 'ambiguous-archive:gzip-suffix', (s) =>
    concat([gzip(s.good), deflateRawSync(s.malware)]),
  ),
  caught('a gzip in a subfield', 'ambiguous-archive:gzip-header', (s) =>
    gzip(s.good, { extra: Buffer.concat([Buffer.from('ABxx'), gzip(s.malware)]) }),
  ),
  caught('a gzip in the extra field', 'ambiguous-archive:gzip-header', (s) => gzip(s.good, { extra: gzip(s.malware) })),
  caught('a 7z in the extra field', 'ambiguous-archive:gzip-header', async (s) =>
    gzip(s.good, { extra: await pack('7z', { a: s.malware }, '-m0=BZip2') }),
  ),
  clean('BGZF, as bioinformatics writes it', (s) =>
    concat([s.good, s.good, Buffer.alloc(0)].map((part) => gzip(part, { extra: Buffer.from('42430200ff00', 'hex') }))),
  ),
  clean('zeros behind', (s) => concat([gzipSync(s.good), Buffer.alloc(1024)])),
];

const OTHERS: readonly HostileCase[] = [
  infected('xz: padding between streams', async (s) =>
    concat([await xz(s.good), Buffer.alloc(8), await xz(s.malware)]),
  ),
  infected('xz: the filter BCJ', (s) => xz(s.malware, '-mf=BCJ')),
  infected('xz: the filter Delta', (s) => xz(s.malware, '-mf=Delta:4')),
  infected('xz: the filter ARM64', (s) => xz(s.malware, '-mf=ARM64')),
  infected('xz: a large dictionary', (s) => xz(s.malware, '-md=26')),
  infected('xz: blocks of their own', (s) => xz(concat([s.bytes(70_000), s.malware]), '-ms=64k')),
  caught('xz: padding of a wrong length', 'ambiguous-archive:xz-broken', async (s) =>
    concat([await xz(s.good), Buffer.alloc(3), await xz(s.malware)]),
  ),
  infected('bzip2: blocks of 900,000 bytes', (s) => bzip2(concat([Buffer.alloc(1_000_000), s.malware]))),
  infected('zstd: a skippable frame first', (s) => concat([skippableFrame(s.bytes(20)), zstd(s.malware)])),
  infected('zstd: the skippable frame of pzstd', (s) =>
    concat([skippableFrame(u32(zstd(s.malware).length)), zstd(s.malware)]),
  ),
  infected('zstd: a skippable frame between', (s) =>
    concat([zstd(s.good), skippableFrame(s.bytes(9), 7), zstd(s.malware)]),
  ),
  caught('zstd: an archive in a skippable frame in front', 'ambiguous-archive:zstd-frame', (s) =>
    concat([skippableFrame(plainZip('a', s.malware), 3), zstd(s.good)]),
  ),
  infected('zstd: a large window', (s) => zstd(concat([Buffer.alloc(3_000_000), s.malware]))),
  refused('zstd: an old version', 'unsupported-format:zstd-old', (s) =>
    concat([Buffer.from('25b52ffd', 'hex'), zstd(s.malware).subarray(4)]),
  ),
  infected('lzma: alone', (s) => lzmaAlone(s.malware)),
  infected('lzma: of unknown size', (s) => lzmaAlone(s.malware, false)),
  infected('lzma: in a zip', async (s) => plainZip(s.name('lzma'), await lzmaAlone(s.malware))),
  infected('lzma: a tar in it', (s) => lzmaAlone(plainTar('a', s.malware))),
  caught('lzma: a second stream', 'ambiguous-archive:lzma-suffix', async (s) =>
    concat([await lzmaAlone(s.good), await lzmaAlone(s.malware)]),
  ),
  infected('compress: one stream', (s) => compressZ(s.line)),
  infected('compress: in a zip', (s) => plainZip(s.name('Z'), compressZ(s.line))),
  refused('lz4: a frame', 'unsupported-format:lz4', (s) => lz4(s.line)),
  refused('lz4: in a zip', 'unsupported-format:lz4', (s) => plainZip(s.name('lz4'), lz4(s.line))),
  refused('lz4: the old format', 'unsupported-format:lz4', (s) => lz4Legacy(s.line)),
  refused('lz4: a skippable frame first', 'ambiguous-archive:zstd-skippable-broken', (s) =>
    concat([skippableFrame(s.bytes(20)), lz4(s.line)]),
  ),
  infected('lzip: one stream', (s) => lzip(s.malware)),
  infected('lzip: two streams', async (s) => concat([await lzip(s.good), await lzip(s.malware)])),
  infected('lzip: in a zip', async (s) => plainZip(s.name('lz'), await lzip(s.malware))),
  refused('lz4: with the magic number of ext', 'unsupported-format:lz4', (s) => {
    const frame = concat([lz4(s.line), s.bytes(3000)]);
    frame.write('\x53\xef', 0x438, 'latin1');
    return frame;
  }),
  refused('lzop: its magic', 'unsupported-format:lzop', (s) =>
    concat([Buffer.from('\x89LZO\0\r\n\x1a\n', 'latin1'), s.bytes(40)]),
  ),
];

export const STREAM_CASES: readonly HostileCase[] = [
  ...everywhere,
  ...GZIP.map((one) => ({ ...one, name: `gzip: ${one.name}` })),
  ...OTHERS,
];
