import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountFor } from '../../../../functions/domain/containers/account.ts';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { ambiguous, overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import { rar5 } from '../../../support/containers/archives.ts';
import { type FakeExtract, memoryUnpacker } from '../../../support/memory-unpacker.ts';
import { TAR_END, writeTar } from '../../../support/tar-writer.ts';
import { descriptor, extra64, writeZip, type ZipWriterEntry } from '../../../support/zip-writer.ts';

const LIMITS = { files: 100, depth: 17, bytes: 10_000, wholeBytes: 1000 };
const SEVEN = Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), Buffer.alloc(26)]);
const OLE = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
const source = (text: Buffer | string) => memorySource(Buffer.from(text));

async function account(
  bytes: Buffer,
  extract?: FakeExtract,
  limits: Partial<typeof LIMITS> & { unopened?: string[] } = {},
) {
  const { unpacker, scanned } = memoryUnpacker(extract);
  const result = await accountFor(memorySource(bytes), unpacker, { ...LIMITS, ...limits });
  return { ...result, scanned: scanned().map((part) => part.toString('latin1')) };
}
const LEAF: FakeExtract = () => ({ leaves: [source('leaf')] });
const nested = (depth: number, content: Buffer): Buffer =>
  depth === 0 ? content : nested(depth - 1, writeZip([{ content }]));

it.each<[string, Buffer, string[]]>([
  ['a text', Buffer.from('text'), []],
  ['nothing', Buffer.alloc(0), []],
  ['an ordinary zip', writeZip([{ content: 'a', method: 8 }]), []],
  ['a tar in a zip in a gzip', gzipSync(writeZip([{ content: writeTar([{ content: 'x' }]) }])), []],
  ['a zip with a comment', writeZip([{}], { comment: Buffer.from('comment') }), ['comment']],
  ['a ZIP64', writeZip([{ local: { size: 0xffffffff, extra: extra64(7) } }]), ['content']],
  ['two members of a gzip', Buffer.concat([gzipSync('a'), gzipSync('b')]), ['ab']],
])('hands over what the engine does not reach in %s', async (_, bytes, scanned) => {
  expect(await account(bytes)).toMatchObject({ findings: [], whole: true, scanned });
});

/** Nothing but a tar to the engine: a member in front has a name that no other format begins with. */
const plainTar = (tar: Buffer) => expect.stringMatching(new RegExp(`^a\\0[^]{510}${tar.toString('latin1', 0, 6)}`));

it('hands over a tar that ClamAV takes for an image as one that is none', async () => {
  const tar = writeTar([{ name: 'GIF89a', content: 'x' }]);
  expect(await account(tar)).toMatchObject({ findings: [], scanned: [plainTar(tar)] });
});

describe('a container of 7-Zip', () => {
  it('is handed over with every leaf, wherever it is', async () => {
    expect(await account(SEVEN, LEAF)).toMatchObject({ findings: [], scanned: ['leaf'], opened: new Set(['7z']) });
    expect(await account(writeZip([{ content: SEVEN }]), LEAF)).toMatchObject({ findings: [], scanned: ['leaf'] });
    const inLeaf: FakeExtract = (bytes) => ({
      leaves: bytes.equals(SEVEN) ? [source(Buffer.concat([SEVEN, Buffer.from('x')]))] : [source('leaf')],
    });
    expect((await account(SEVEN, inLeaf)).scanned).toHaveLength(2);
  });

  it.each<[string, string, FakeExtract]>([
    [
      'what 7-Zip says of it',
      'ambiguous-archive:7z-broken',
      () => ({ leaves: [source('leaf')], problem: ambiguous('7z-broken') }),
    ],
    ['that it is none', 'ambiguous-archive:7z-broken', () => ({ opened: false })],
    ['a limit', 'limits-exceeded:time', () => ({ problem: overLimit('time') })],
  ])('reports %s', async (_, finding, extract) => {
    const { findings, opened } = await account(writeZip([{ content: SEVEN }]), extract);
    expect(findings).toEqual([finding]);
    expect(opened.has('7z')).toBe(false);
  });

  it('says that names are encrypted, where 7-Zip does not', async () => {
    const bytes = Buffer.concat([SEVEN, Buffer.from('1706f10701', 'hex')]);
    bytes.writeBigUInt64LE(5n, 20);
    expect((await account(bytes, () => ({ problem: ambiguous('7z-broken') }))).findings).toEqual(['encrypted']);
  });

  it('is not given to the engine when that would unpack too much of it, nor is what it lies in', async () => {
    const large: FakeExtract = () => ({ leaves: [source('x'.repeat(1001))] });
    for (const bytes of [SEVEN, writeZip([{ content: SEVEN }]), writeTar([{ content: gzipSync(SEVEN) }])]) {
      expect(await account(bytes, large)).toMatchObject({ findings: [], whole: false, scanned: ['x'.repeat(1001)] });
    }
    expect(await account(SEVEN, () => ({ leaves: [source('x'.repeat(1000))] }))).toMatchObject({ whole: true });
    expect(await account(SEVEN, () => ({ problem: overLimit('memory') }))).toMatchObject({
      whole: false,
      findings: ['limits-exceeded:memory'],
    });
  });

  it('is followed by bytes that are looked at too', async () => {
    const behind: FakeExtract = () => ({ behind: source(writeZip([{}, { name: 'b', gap: Buffer.from('x') }])) });
    const findings = ['ambiguous-archive:7z-suffix', 'ambiguous-archive:zip-gap'];
    expect((await account(SEVEN, behind)).findings).toEqual(findings);
  });

  it.each(['7z', 'rar'])('is left alone when it is not to be opened: %s', async (name) => {
    const { findings } = await account(SEVEN, LEAF, { unopened: [name] });
    expect(findings).toEqual(name === '7z' ? ['unsupported-format:7z'] : []);
  });
});

describe('bytes of several formats', () => {
  const ISO = Buffer.alloc(0x8010);
  ISO.write('CD001', 0x8001);
  it('are refused where each is certain', async () => {
    const zip = writeZip([{ content: ISO.subarray(31) }]);
    expect((await account(zip, LEAF)).findings).toEqual(['ambiguous-archive:zip-and-iso']);
  });
  it('are refused where 7-Zip opens what is no proof', async () => {
    const tar = writeTar([{ name: Buffer.from('\x60\xea', 'latin1') }]);
    expect((await account(tar, LEAF)).findings).toEqual(['ambiguous-archive:tar-and-arj']);
    expect((await account(tar)).findings).toEqual([]);
  });
  it('are plain where 7-Zip opens none', async () => {
    expect(await account(writeZip([{ content: '\x60\xea text' }]))).toMatchObject({ findings: [], scanned: [] });
  });
  it.each(['BZh is no bzip2', '\x1f\x8b'])('do not hide a tar: %j', async (name) => {
    const tar = writeTar([{ name: Buffer.from(name, 'latin1'), content: 'x' }]);
    expect((await account(tar)).scanned).toEqual([plainTar(tar)]);
  });
});

it('images of disks may lie over one another: all are opened', async () => {
  const both = Buffer.alloc(0x8010);
  both.write('EFI PART', 512);
  both.write('CD001', 0x8001);
  const images: FakeExtract = (_, { name }) => ({ leaves: [source(name)] });
  expect(await account(both, images)).toMatchObject({ findings: [], scanned: ['gpt', 'iso'] });
});

describe('a zip', () => {
  it('with a method of its own is opened by 7-Zip', async () => {
    const formats: string[] = [];
    const { scanned, opened } = await account(writeZip([{ method: 14 }]), (_, { type = '' }) => {
      formats.push(type);
      return { leaves: [source('leaf')] };
    });
    expect([formats, scanned, opened.has('zip-method')]).toEqual([['zip'], ['leaf'], true]);
  });
  it('goes on behind a broken member', async () => {
    const zip = writeZip([
      { local: { crc: 1 }, central: { crc: 1 } },
      { name: 'b', content: SEVEN },
    ]);
    expect(await account(zip, LEAF)).toMatchObject({ findings: ['ambiguous-archive:zip-checksum'], scanned: ['leaf'] });
  });
  it('is encrypted when a manifest says so', async () => {
    const zip = writeZip([
      { name: 'META-INF/manifest.xml', content: '<m:encryption-data>' },
      { name: 'b', content: SEVEN },
    ]);
    expect(await account(zip, LEAF)).toMatchObject({ findings: ['encrypted'], scanned: ['leaf'] });
  });
  it('has no end of data within data', async () => {
    const inner = Buffer.concat([Buffer.from('good'), descriptor(Buffer.from('good'), 4), Buffer.from('bad')]);
    const entry: ZipWriterEntry = {
      content: inner,
      flags: 8,
      local: { crc: 0, size: 0, compressedSize: 0 },
      descriptor: descriptor(inner, inner.length),
    };
    expect((await account(writeZip([entry]))).findings).toEqual(['ambiguous-archive:zip-descriptor']);
    expect((await account(writeZip([{ ...entry, local: {} }]))).findings).toEqual([]);
  });
});

describe('an archive behind content', () => {
  const ZIP = writeZip([{ content: 'x' }]);
  it.each<[string, Buffer]>([
    ['text', Buffer.concat([Buffer.from('text'), ZIP])],
    ['an image', Buffer.concat([Buffer.from('GIF89a'), ZIP])],
    [
      'text, large',
      Buffer.concat([Buffer.from('text'), writeZip([{ local: { size: 0xffffffff, extra: extra64(7) } }])]),
    ],
  ])('is refused behind %s', async (_, bytes) => {
    expect((await account(bytes)).findings).toEqual(['ambiguous-archive:zip-behind-content']);
  });
  it('is opened behind a program', async () => {
    expect(await account(Buffer.concat([Buffer.from('MZ'), ZIP]), LEAF)).toMatchObject({
      findings: [],
      scanned: ['leaf'],
    });
  });
  it('is opened behind a compound file', async () => {
    const zip = writeZip([{}, { name: 'b', gap: Buffer.from('y') }]);
    const found = async (bytes: Buffer) => (await account(bytes, () => ({}))).findings;
    expect(await found(Buffer.concat([OLE, ZIP]))).toEqual([]);
    expect(await found(Buffer.concat([OLE, zip]))).toEqual(['ambiguous-archive:zip-gap']);
  });
});

describe('several archives behind a program', () => {
  const ARCHIVE = Buffer.concat([Buffer.from('MSCF'), Buffer.alloc(32)]);
  ARCHIVE.set([3, 1], 24);
  const program = (count: number) => Buffer.concat([Buffer.from('MZ'), ...Array<Buffer>(count).fill(ARCHIVE)]);
  const one: FakeExtract = (bytes) => ({ leaves: [source(`${bytes.length}`)], behind: source(bytes.subarray(36)) });
  it('are all opened', async () => {
    const { findings, scanned } = await account(program(3), one);
    expect([findings, scanned]).toEqual([[], ['108', '72', '36']]);
  });
  it('are refused where there are too many', async () => {
    expect((await account(program(64), one)).findings).toEqual([]);
    expect((await account(program(65), one)).findings).toEqual(['ambiguous-archive:cab-behind-content']);
  });
  it('are left where several of them are none', async () => {
    let opened = 0;
    const none: FakeExtract = () => {
      opened += 1;
      return { opened: false };
    };
    expect((await account(program(10), none)).findings).toEqual(['ambiguous-archive:cab-behind-content']);
    expect(opened).toBe(4);
  });
});

describe('a zip in a compound file, in pieces', () => {
  const zip = writeZip([{ content: 'x'.repeat(100) }, { name: 'b', content: 'y' }]);
  const torn = Buffer.concat([OLE, zip.subarray(0, 20), Buffer.alloc(7), zip.subarray(20)]);
  it('is one that was visited as a stream', async () => {
    const found = async (stream: Buffer) => (await account(torn, () => ({ leaves: [source(stream)] }))).findings;
    expect(await found(Buffer.concat([Buffer.alloc(9), zip]))).toEqual([]);
    expect(await found(writeZip([{}]))).toEqual(['ambiguous-archive:zip-behind-content']);
  });
});

it.each<[string, FakeExtract, string[]]>([
  ['what is broken', () => ({ problem: ambiguous('ole-broken') }), []],
  ['a limit', () => ({ problem: overLimit('time') }), ['limits-exceeded:time']],
  ['no compound file', () => ({ opened: false, problem: overLimit('time') }), []],
])('of a compound file reports, of 7-Zip: %s', async (_, extract, findings) => {
  expect((await account(OLE, extract)).findings).toEqual(findings);
});

it('counts files and depth', async () => {
  expect((await account(nested(17, Buffer.from('x')))).findings).toEqual([]);
  expect((await account(nested(18, Buffer.from('x')))).findings).toEqual(['limits-exceeded:depth']);
  expect((await account(nested(40, Buffer.from('x')))).findings).toEqual(['limits-exceeded:depth']);
  const two = writeTar([{ content: '' }, { content: 'b' }]);
  expect((await account(two, LEAF, { files: 3 })).findings).toEqual([]);
  expect((await account(two, LEAF, { files: 2 })).findings).toEqual(['limits-exceeded:files']);
});

it('throws for no bytes at all', async () => {
  const zip = writeZip([{}, { name: 'b', method: 8, content: 'x'.repeat(100) }], { comment: Buffer.from('c') });
  const seeds = [
    zip,
    writeTar([{ content: 'x' }, { type: 'x', content: '11 path=ab\n' }]),
    gzipSync('x'),
    SEVEN,
    OLE,
    TAR_END,
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 }),
        fc.nat(2000),
        fc.uint8Array({ maxLength: 30 }),
      )
      .map(([seed, edits, length, tail]) => {
        const copy = Buffer.concat([seed.subarray(0, Math.max(1, length)), tail]);
        for (const [at, value] of edits) copy[at % copy.length] = value;
        return copy;
      }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (file) => {
      await account(file, LEAF);
      await account(file);
    }),
    { numRuns: 1500 },
  );
});

it('opens no RAR behind a program either where RAR is not to be opened', async () => {
  const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500), rar5('a', Buffer.from('content'))]);
  const { findings, scanned } = await account(program, LEAF, { unopened: ['rar'] });
  expect({ findings, scanned }).toEqual({ findings: ['unsupported-format:rar'], scanned: [] });
  expect((await account(program, LEAF)).scanned).toEqual(['leaf']);
});

it.each([
  [10_000, []],
  [10_001, ['limits-exceeded:size']],
])('unpacks nothing of a zip that says itself that it is too much: %i bytes', async (size, findings) => {
  const zip = writeZip([
    { content: 'x'.repeat(9_000), method: 8 },
    { name: 'b', content: 'y'.repeat(size - 9_000), method: 8 },
  ]);
  expect(await account(zip)).toMatchObject({ findings, whole: true });
});

it('finds a RAR behind content whatever the size of its main header', async () => {
  for (const extra of [0, 60, 130, 700]) {
    const size = 5 + extra;
    const length = size < 128 ? [size] : [(size & 127) | 128, size >> 7];
    const header = Buffer.concat([Buffer.from(length), Buffer.from([1, 0, 0, 0, 0]), Buffer.alloc(extra, 1)]);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(header));
    const rar = Buffer.concat([Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), checksum, header, Buffer.alloc(20)]);
    const { findings } = await account(Buffer.concat([Buffer.from('\x89PNG'), rar]));
    expect({ extra, findings }).toEqual({ extra, findings: ['ambiguous-archive:rar-behind-content'] });
  }
});
