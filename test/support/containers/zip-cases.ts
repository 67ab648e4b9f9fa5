import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { elf, HOSTS } from './documents.ts';
import { caught, clean, type HostileCase, infected, refused } from './hostile-case.ts';
import type { Sample } from './sample.ts';
import { pack, packTwice } from './seven-zip.ts';
import { gzip, xz } from './streams.ts';
import { plainTar } from './tar.ts';
import { extraField, FLAG, plainZip, stored, u32, u64, type ZipEnd, type ZipMember, zipOf } from './zip.ts';

const FULL = 0xffffffff;

/** One member, the token in it, changed in some way; and the end of the zip. */
const odd =
  (change: (sample: Sample) => Partial<ZipMember>, end: (sample: Sample) => ZipEnd = () => ({})) =>
  (sample: Sample) =>
    zipOf([{ name: sample.name('txt'), content: sample.malware, ...change(sample) }], end(sample));

const bad = ({ name, malware }: Sample): Buffer => plainZip(name('com'), malware);
const good = ({ name, good: text }: Sample): Buffer => plainZip(name('txt'), text);

/** A zip whose offsets count from somewhere before it. */
function shifted(zip: Buffer, by: number): Buffer {
  const bytes = Buffer.from(zip);
  const end = bytes.lastIndexOf('PK\x05\x06');
  let at = bytes.readUInt32LE(end + 16);
  bytes.writeUInt32LE(at + by, end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    bytes.writeUInt32LE(bytes.readUInt32LE(at + 42) + by, at + 42);
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return bytes;
}

/** Both zips in one file, the second with offsets from the beginning of the first. */
const glued = (first: Buffer, second: Buffer) => Buffer.concat([first, shifted(second, first.length)]);

const zip64 = (values: readonly number[]) => extraField(1, u64(...values));

const GLUED: readonly HostileCase[] = [
  caught('malware, then an honest zip', 'ambiguous-archive:zip-prefix', (s) => Buffer.concat([bad(s), good(s)])),
  caught('an honest zip, then malware', 'ambiguous-archive:zip-prefix', (s) => Buffer.concat([good(s), bad(s)])),
  caught('malware, then an honest zip, aligned', 'ambiguous-archive:zip-gap', (s) => glued(bad(s), good(s))),
  caught('an honest zip, then malware, aligned', 'ambiguous-archive:zip-gap', (s) => glued(good(s), bad(s))),
  caught('the same inside a zip', 'ambiguous-archive:zip-prefix', (s) =>
    zipOf([stored(s.name('zip'), Buffer.concat([bad(s), good(s)]))]),
  ),
  caught('a zip in the comment of a zip', 'ambiguous-archive:zip-prefix', (s) =>
    zipOf([{ name: s.name('txt'), content: s.good }], { comment: bad(s) }),
  ),
  caught('a zip in the comment, aligned', 'ambiguous-archive:zip-gap', (s) => {
    const inner = bad(s);
    const outer = zipOf([{ name: s.name('txt'), content: s.good }], { comment: inner });
    return Buffer.concat([outer.subarray(0, -inner.length), shifted(inner, outer.length - inner.length)]);
  }),
  infected('a gzip in the comment', (s) =>
    zipOf([{ name: s.name('txt'), content: s.good }], { comment: gzip(s.malware) }),
  ),
  infected('a 7z in the comment', async (s) =>
    zipOf([{ name: s.name('txt'), content: s.good }], { comment: await pack('7z', { a: s.malware }) }),
  ),
  caught('a zip in the extra field of the directory', 'ambiguous-archive:zip-extra', (s) =>
    zipOf([{ name: s.name('txt'), content: s.good, central: { extra: extraField(0x9999, bad(s)) } }]),
  ),
  caught('a gzip in the comment of a member', 'ambiguous-archive:zip-extra', (s) => {
    const zip = Buffer.from(zipOf([{ name: s.name('txt'), content: s.good }]));
    const end = zip.lastIndexOf('PK\x05\x06');
    const comment = gzip(s.malware);
    zip.writeUInt16LE(comment.length, zip.lastIndexOf('PK\x01\x02') + 32);
    zip.writeUInt32LE(zip.readUInt32LE(end + 12) + comment.length, end + 12);
    return Buffer.concat([zip.subarray(0, end), comment, zip.subarray(end)]);
  }),
  caught('a 7z in the extra field of a local header', 'ambiguous-archive:zip-extra', async (s) =>
    zipOf([
      { name: s.name('txt'), content: s.good, local: { extra: await pack('7z', { a: s.malware }, '-m0=BZip2') } },
    ]),
  ),
  caught('a zip in the extra field of a local header', 'ambiguous-archive:zip-extra', (s) =>
    zipOf([{ name: s.name('txt'), content: s.good, local: { extra: extraField(0x9999, bad(s)) } }]),
  ),
  caught(
    'bytes in front',
    'ambiguous-archive:zip-prefix',
    odd(
      () => ({}),
      (s) => ({ prefix: s.bytes(100) }),
    ),
  ),
  caught(
    'text in front',
    'ambiguous-archive:zip-behind-content',
    odd(
      () => ({}),
      (s) => ({ prefix: s.good }),
    ),
  ),
  caught(
    'bytes behind',
    'ambiguous-archive:zip-suffix',
    odd(
      () => ({}),
      (s) => ({ suffix: s.bytes(100) }),
    ),
  ),
  caught(
    'many zeros behind',
    'ambiguous-archive:zip-end',
    odd(
      () => ({}),
      () => ({ suffix: Buffer.alloc(70_000) }),
    ),
  ),
  caught('a gap between members', 'ambiguous-archive:zip-gap', (s) =>
    zipOf([
      { name: 'a', content: s.good },
      { name: 'b', content: s.malware, before: s.bytes(40) },
    ]),
  ),
  caught(
    'a gap before the directory',
    'ambiguous-archive:zip-gap',
    odd(
      () => ({}),
      (s) => ({ gap: s.bytes(40) }),
    ),
  ),
  caught('a zip in the gap before the directory', 'ambiguous-archive:zip-gap', (s) =>
    zipOf([{ name: s.name('txt'), content: s.good }], { gap: bad(s) }),
  ),
  caught('a member that the directory does not have', 'ambiguous-archive:zip-gap', (s) =>
    zipOf([
      { name: 'a', content: s.malware, listed: false },
      { name: 'b', content: s.good },
    ]),
  ),
  caught('a member behind the last that the directory has', 'ambiguous-archive:zip-gap', (s) =>
    zipOf([
      { name: 'a', content: s.good },
      { name: 'b', content: s.malware, listed: false },
    ]),
  ),
  caught('members that overlap', 'ambiguous-archive:zip-overlap', (s) =>
    zipOf([
      { name: 'a', content: s.malware },
      { name: 'b', content: s.good, central: { offset: 0 } },
    ]),
  ),
  caught('a member inside another', 'ambiguous-archive:zip-local-header', (s) => {
    const inner = zipOf([{ name: 'b', content: s.malware }]);
    const member = inner.subarray(0, inner.readUInt32LE(18) + 31);
    return zipOf([stored('a', member), { name: 'b', content: s.malware, listed: true, central: { offset: 31 } }]);
  }),
  caught('two directories', 'ambiguous-archive:zip-gap', (s) => {
    const first = zipOf([{ name: 'a', content: s.good }]);
    const directory = first.subarray(first.lastIndexOf('PK\x01\x02'));
    return zipOf([{ name: 'a', content: s.malware }], { gap: directory });
  }),
  caught('the directory in front', 'ambiguous-archive:zip-end', (s) => {
    const zip = bad(s);
    const start = zip.lastIndexOf('PK\x01\x02');
    const directory = Buffer.from(zip.subarray(start));
    directory.writeUInt32LE(0, directory.lastIndexOf('PK\x05\x06') + 16);
    directory.writeUInt32LE(directory.length, 42);
    return Buffer.concat([directory, zip.subarray(0, start)]);
  }),
  caught('no directory', 'ambiguous-archive:zip-end', (s) => bad(s).subarray(0, bad(s).lastIndexOf('PK\x01\x02'))),
  caught('the end record is cut off', 'ambiguous-archive:zip-end', (s) => bad(s).subarray(0, -1)),
  caught(
    'a marker of a split zip',
    'ambiguous-archive:zip-prefix',
    odd(
      () => ({}),
      () => ({ prefix: Buffer.from('PK\x07\x08') }),
    ),
  ),
];

const CONTRADICTIONS: readonly HostileCase[] = (
  [
    ['the directory gives a smaller size', 'zip-local-header', () => ({ central: { size: 1 } })],
    ['the directory gives a smaller compressed size', 'zip-local-header', () => ({ central: { compressedSize: 1 } })],
    ['the directory gives no sizes', 'zip-local-header', () => ({ central: { compressedSize: 0, size: 0 } })],
    ['the local header gives no sizes', 'zip-local-header', () => ({ local: { compressedSize: 0, size: 0 } })],
    ['both give a smaller size', 'zip-size', () => ({ central: { size: 1 }, local: { size: 1 } })],
    ['both give a larger size', 'zip-size', (s) => both('size', s.malware.length + 1)],
    ['the directory says stored', 'zip-local-header', () => ({ central: { method: 0 } })],
    ['the local header says stored', 'zip-local-header', () => ({ local: { method: 0 } })],
    ['the local header names an unknown method', 'zip-local-header', () => ({ local: { method: 99 } })],
    ['both say stored, but it is not', 'zip-size', () => both('method', 0)],
    [
      'stored, of another size than the data',
      'zip-size',
      (s) => ({ method: 0, ...both('size', s.malware.length - 5) }),
    ],
    ['a wrong checksum', 'zip-checksum', () => both('crc', 5)],
    ['a wrong checksum in the directory', 'zip-local-header', () => ({ central: { crc: 5 } })],
    ['another name in the local header', 'zip-local-header', () => ({ local: { name: Buffer.from('other.txt') } })],
    ['only the local header is encrypted', 'zip-local-header', () => ({ local: { flags: FLAG.encrypted } })],
    ['a descriptor that only the directory has', 'zip-local-header', () => ({ central: { flags: FLAG.descriptor } })],
    [
      'a descriptor of other sizes',
      'zip-descriptor',
      () => ({ flags: FLAG.descriptor, descriptor: u32(0x08074b50, 1, 2, 3) }),
    ],
    ['a descriptor that is missing', 'zip-descriptor', () => ({ flags: FLAG.descriptor, descriptor: Buffer.alloc(0) })],
    [
      'data behind the end of deflate',
      'zip-size',
      (s) => ({ data: Buffer.concat([deflateRawSync(s.good), gzip(s.malware)]), content: s.good }),
    ],
    [
      'a second stream behind the end of deflate',
      'zip-size',
      (s) => ({ data: Buffer.concat([deflateRawSync(s.good), deflateRawSync(s.malware)]), content: s.good }),
    ],
    ['deflate that is cut off', 'zip-data', (s) => ({ data: deflateRawSync(s.malware).subarray(0, -8) })],
    ['on another disk', 'zip-split', () => ({ central: { disk: 1 } })],
    ['only the local header is masked', 'zip-local-header', () => ({ local: { flags: FLAG.masked } })],
    ['patched', 'zip-patch', () => ({ flags: FLAG.patched })],
  ] satisfies [string, string, (sample: Sample) => Partial<ZipMember>][]
).map(([name, rule, change]) => caught(name, `ambiguous-archive:${rule}`, odd(change)));

function both(field: 'size' | 'method' | 'crc', value: number): Partial<ZipMember> {
  return { central: { [field]: value }, local: { [field]: value } };
}

const ENDS: readonly HostileCase[] = (
  [
    ['more members than there are', 'zip-count', () => ({ count: 2 })],
    ['fewer members than there are', 'zip-count', () => ({ count: 0 })],
    ['several disks', 'zip-split', () => ({ disks: 1 })],
    ['a directory that begins elsewhere', 'zip-prefix', () => ({ directoryStart: 3 })],
    ['a directory that is too long', 'zip-prefix', () => ({ directoryBytes: 500 })],
    ['a directory that is too short', 'zip-prefix', () => ({ directoryBytes: 5 })],
  ] satisfies [string, string, (sample: Sample) => ZipEnd][]
).map(([name, rule, end]) =>
  caught(
    name,
    `ambiguous-archive:${rule}`,
    odd(() => ({}), end),
  ),
);

const ENCRYPTED: readonly HostileCase[] = [
  refused('ZipCrypto', 'encrypted', (s) => pack('zip', { a: s.malware }, `-p${s.name('x')}`)),
  refused('AES', 'encrypted', (s) => pack('zip', { a: s.malware }, `-p${s.name('x')}`, '-mem=AES256')),
  refused('only the second member', 'encrypted', (s) => packTwice('zip', { a: s.good }, { b: s.malware }, '-psecret')),
  infected('an encrypted member beside malware', (s) => packTwice('zip', { a: s.malware }, { b: s.good }, '-psecret')),
  caught(
    'encrypted only by the directory',
    'encrypted',
    odd(() => ({ central: { flags: FLAG.encrypted } })),
  ),
  caught(
    'strongly encrypted',
    'encrypted',
    odd(() => ({ flags: FLAG.strong | FLAG.encrypted })),
  ),
  caught(
    'a masked directory',
    'encrypted',
    odd(() => ({ central: { flags: FLAG.masked } })),
  ),
  caught(
    'the method of AES',
    'encrypted',
    odd(() => ({ method: 99 })),
  ),
];

const METHODS: readonly HostileCase[] = [
  ...['Deflate64', 'BZip2', 'LZMA', 'PPMd', 'xz'].map((method) =>
    infected(method, (s) => pack('zip', { a: s.malware }, `-mm=${method}`)),
  ),
  infected(
    'Zstandard',
    odd((s) => ({ method: 93, data: zstdCompressSync(s.malware) })),
  ),
  caught(
    'Zstandard by its old number',
    'unsupported-format:zip',
    odd((s) => ({ method: 20, data: zstdCompressSync(s.malware) })),
  ),
  infected('XZ by hand', async (s) =>
    zipOf([{ name: 'a', content: s.malware, method: 95, data: await xz(s.malware) }]),
  ),
  infected('BZip2 beside a stored member', async (s) => packTwice('zip', { a: s.good }, { b: s.malware }, '-mm=BZip2')),
  ...[1, 6, 98].map((method) =>
    caught(
      `method ${method}, of other data`,
      'ambiguous-archive:zip-broken',
      odd((s) => ({ method, data: deflateRawSync(s.malware) })),
    ),
  ),
  ...[2, 3, 4, 5, 7, 10, 13, 16, 18, 19, 94, 96, 97, 255].map((method) =>
    caught(
      `method ${method}`,
      'unsupported-format:zip',
      odd((s) => ({ method, data: deflateRawSync(s.malware) })),
    ),
  ),
];

const WIDE: readonly HostileCase[] = [
  infected(
    'size',
    odd((s) => ({ central: { size: FULL, extra: zip64([s.malware.length]) } })),
  ),
  infected(
    'compressed size',
    odd((s) => ({ central: { compressedSize: FULL, extra: zip64([deflateRawSync(s.malware).length]) } })),
  ),
  infected(
    'offset',
    odd(() => ({ central: { offset: FULL, extra: zip64([0]) } })),
  ),
  infected(
    'disk',
    odd(() => ({ central: { disk: 0xffff, extra: extraField(1, u32(0)) } })),
  ),
  infected(
    'both sizes in both headers',
    odd((s) => {
      const extra = zip64([s.malware.length, deflateRawSync(s.malware).length]);
      return { extra, local: { size: FULL, compressedSize: FULL }, central: { size: FULL, compressedSize: FULL } };
    }),
  ),
  infected(
    'sizes in the local header only',
    odd((s) => ({
      local: { size: FULL, compressedSize: FULL, extra: zip64([s.malware.length, deflateRawSync(s.malware).length]) },
    })),
  ),
  infected(
    'the end',
    odd(
      () => ({}),
      () => ({ zip64: true }),
    ),
  ),
  caught(
    'a size that is not there',
    'ambiguous-archive:zip-zip64',
    odd(() => ({ central: { size: FULL } })),
  ),
  caught(
    'two fields',
    'ambiguous-archive:zip-zip64',
    odd((s) => ({
      central: { size: FULL, extra: Buffer.concat([zip64([s.malware.length]), zip64([5])]) },
    })),
  ),
  caught('an end that contradicts the old one', 'ambiguous-archive:zip-zip64', (s) => {
    const zip = zipOf([{ name: 'a', content: s.malware }], { zip64: true });
    zip.writeUInt16LE(7, zip.lastIndexOf('PK\x05\x06') + 10);
    return zip;
  }),
  caught('a locator that points elsewhere', 'ambiguous-archive:zip-zip64', (s) => {
    const zip = zipOf([{ name: 'a', content: s.malware }], { zip64: true });
    zip.writeUInt32LE(4, zip.lastIndexOf('PK\x06\x07') + 8);
    return zip;
  }),
].map((one) => ({ ...one, name: `ZIP64: ${one.name}` }));

const NAMES: readonly HostileCase[] = (
  [
    ['absolute', () => '/etc/cron.d/a'],
    ['with ..', () => '../../../etc/a'],
    ['with a drive', () => 'C:\\Windows\\a'],
    ['with NUL', () => 'a\0b.txt'],
    ['of 4,096 bytes', () => 'x'.repeat(4096)],
    ['of no UTF-8', () => Buffer.from([0xff, 0xfe, 0x2f, 0xff])],
    ['of nothing', () => ''],
    ['of a folder', () => 'folder/'],
    ['like an answer of clamd', () => 'a: OK\nb'],
    ['like the directory of 7-Zip', () => '../[0]'],
  ] satisfies [string, () => string | Buffer][]
).map(([name, path]) =>
  infected(
    `a name ${name}`,
    odd(() => ({ name: path() })),
  ),
);

const SHAPES: readonly HostileCase[] = [
  ...[1, 2, 4, 7, 8, 9, 10, 11, 12, 14, 15]
    .flatMap((bit) => [
      caught(
        `bit ${bit} of the flags`,
        'ambiguous-archive:zip-flags',
        odd(() => ({ flags: 1 << bit, descriptor: Buffer.alloc(0) })),
      ),
      caught(
        `bit ${bit} of the flags in the local header`,
        'ambiguous-archive:zip-flags',
        odd(() => ({ local: { flags: 1 << bit } })),
      ),
    ])
    .filter(({ name }) => !name.includes('bit 3 ')),
  ...[0, 1, 63, 255, 65535].map((version) =>
    infected(
      `version ${version}`,
      odd(() => ({ local: { version }, central: { version } })),
    ),
  ),
  infected('deflated', bad),
  infected(
    'stored',
    odd(() => ({ method: 0 })),
  ),
  infected(
    'with a descriptor',
    odd(() => ({ flags: FLAG.descriptor })),
  ),
  infected(
    'with a descriptor without signature',
    odd((s) => ({
      flags: FLAG.descriptor,
      descriptor: u32(crcOf(s.malware), deflateRawSync(s.malware).length, s.malware.length),
    })),
  ),
  infected(
    'with a descriptor of 64 bits, as Apache POI writes them',
    odd((s) => ({
      flags: FLAG.descriptor,
      local: { version: 45 },
      descriptor: Buffer.concat([
        u32(0x08074b50, crcOf(s.malware)),
        u64(deflateRawSync(s.malware).length, s.malware.length),
      ]),
    })),
  ),
  infected(
    'with a comment of 60,000 bytes',
    odd(
      () => ({}),
      () => ({ comment: Buffer.alloc(60_000, 'c') }),
    ),
  ),
  infected('a zip in a zip in a zip', (s) => plainZip('a.zip', plainZip('b.zip', bad(s)))),
  infected('a tar in it', (s) => plainZip(s.name('tar'), plainTar('a', s.malware))),
  infected('the last of 200 members', (s) =>
    zipOf([
      ...Array.from({ length: 200 }, (_, index) => ({ name: `${index}`, content: s.good })),
      { name: 'z', content: s.malware },
    ]),
  ),
  caught('a name that comes twice', 'ambiguous-archive:zip-duplicate-name', (s) =>
    zipOf([
      { name: 'a', content: s.good },
      { name: 'a', content: s.malware },
    ]),
  ),
  infected('names that differ in case only', (s) =>
    zipOf([
      { name: 'a', content: s.good },
      { name: 'A', content: s.malware },
    ]),
  ),
  infected(
    'a link that holds it',
    odd(() => ({ central: { attributes: 0o120777 * 65_536 } })),
  ),
  infected(
    'a folder that has content',
    odd(() => ({ name: 'a/', central: { attributes: 0x10 } })),
  ),
  refused('40 zips in each other', 'limits-exceeded:depth', (s) => {
    let zip = bad(s);
    for (let level = 1; level < 40; level += 1) zip = zipOf([stored(`${level}.zip`, zip)]);
    return zip;
  }),
  clean('an empty zip', () => zipOf([])),
  clean('an ordinary zip', good),
  clean('an ordinary zip with a comment', (s) =>
    zipOf([{ name: s.name('txt'), content: s.good }], { comment: s.good.subarray(0, 50) }),
  ),
  clean('an image in a zip', (s) => zipOf([{ name: s.name('jpg'), content: HOSTS.jpeg?.() ?? Buffer.alloc(0) }])),
  clean('a library that knows the magic numbers of zip', (s) => {
    const constants = [
      'PK\x03\x04',
      'PK\x01\x02',
      'PK\x05\x06',
      'PK\x06\x06',
      'PK\x06\x07',
      '7z\xbc\xaf\x27\x1c',
      'Rar!\x1a\x07\x00',
      'Rar!\x1a\x07\x01\x00',
      // As an archive goes on, but for the checksum.
      'Rar!\x1a\x07\x01\x00....\x0a\x01',
      '\xfd7zXZ\0',
      '1AY&SY',
      'MSCF',
      'ustar',
    ];
    const code = constants.map((constant) =>
      Buffer.concat([s.bytes(60), Buffer.from(constant, 'latin1'), s.bytes(20)]),
    );
    return plainZip(s.name('so'), Buffer.concat([elf(), ...code, s.bytes(200)]));
  }),
  // The engine takes them for members, and the code for their sizes.
  ...[
    ['pigz', '410f94c54121d58b3dfea3020085ff0f84d6feffff833d9fa302'],
    ['7zz', '740881fa504b0102757d4889c24c29ca4a8d0c324183fd1c7465'],
    ['libarchive', '0f85900900000fb7501a0fb7401c488d74021e4889df44894424'],
    ['a program in Go', '740c488b4c2450b801000000eb74440fb742084d85c0740c488b'],
    ['kubectl', '0061736d667479700d0a0d0a0800000001000000ffffffff0100'],
  ].flatMap(([program = '', code = '']) => {
    const build = (s: Sample) =>
      Buffer.concat([elf(), s.bytes(60), Buffer.from(`504b0304${code}`, 'hex'), s.bytes(80_000)]);
    return [
      clean(`constants as in ${program}`, build),
      clean(`constants as in ${program}, in a zip`, (s) => plainZip(s.name('so'), build(s))),
      infected(`constants as in ${program}, and malware`, (s) => Buffer.concat([build(s), s.malware])),
    ];
  }),
];

function crcOf(bytes: Buffer): number {
  return plainZip('a', bytes).readUInt32LE(14);
}

export const ZIP_CASES: readonly HostileCase[] = [
  ...GLUED,
  ...CONTRADICTIONS,
  ...ENDS,
  ...ENCRYPTED,
  ...METHODS,
  ...WIDE,
  ...NAMES,
  ...SHAPES,
].map((one) => ({ ...one, name: `zip: ${one.name}` }));
