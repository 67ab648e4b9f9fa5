import { expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { readZipStructure } from '../../../../functions/domain/containers/zip-structure.ts';
import { startProcessorTime } from '../../../support/processor-time.ts';
import {
  descriptor,
  endRecord,
  endRecord64,
  extra64,
  writeZip,
  type ZipWriterEnd,
  type ZipWriterEntry,
} from '../../../support/zip-writer.ts';

const CONTENT = Buffer.from('content');
const FULL = 0xffffffff;
const read = (zip: Buffer, max = 100) => readZipStructure(memorySource(zip), max);
const LATER = { crc: 0, compressedSize: 0, size: 0 };
const streamed = (bytes: Buffer, more: ZipWriterEntry = {}): ZipWriterEntry => ({
  flags: 8,
  local: LATER,
  descriptor: bytes,
  ...more,
});

it('finds the data of every member, in the order in which they lie', async () => {
  const zip = writeZip([
    { name: 'b', content: 'second' },
    { name: 'a', content: 'first', method: 8 },
  ]);
  const { members, zip64, comment } = await read(zip);
  expect(members.map(({ name, method }) => [name.toString(), method])).toEqual([
    ['b', 0],
    ['a', 8],
  ]);
  expect(members[0]).toMatchObject({ start: 31, compressedSize: 6, size: 6, endless: false });
  expect(zip.subarray(31, 37).toString()).toBe('second');
  expect({ zip64, comment: comment.length }).toEqual({ zip64: false, comment: 0 });
});

it('finds them in this order whatever the order of the directory', async () => {
  const zip = writeZip(['a', 'b', 'c'].map((name) => ({ name, content: name })));
  const [first, second, third] = [0, 1, 2].map((index) => Buffer.from(zip.subarray(96 + 47 * index, 143 + 47 * index)));
  for (const order of [
    [second, first, third],
    [third, first, second],
    [third, second, first],
  ]) {
    Buffer.concat(order as Buffer[]).copy(zip, 96);
    const { members } = await read(zip);
    expect(members.map(({ name, start }) => [`${name}`, start])).toEqual([
      ['a', 31],
      ['b', 63],
      ['c', 95],
    ]);
  }
});

it('tells of extra fields and comments that are long enough to hold an archive', async () => {
  const field = (id: number, text: string) =>
    Buffer.concat([Buffer.from([id, 0, text.length, 0]), Buffer.from(text, 'latin1')]);
  const { remarks } = await read(
    writeZip([
      {
        local: { extra: Buffer.concat([field(2, 'local'.padEnd(18, '.')), field(3, 'short'.padEnd(17, '.'))]) },
        central: { extra: field(4, 'central'.padEnd(40, '.')), comment: Buffer.alloc(18, 'c') },
      },
      { name: 'b', local: { extra: Buffer.alloc(20, 'no field') }, central: { comment: Buffer.alloc(17, 'c') } },
    ]),
  );
  expect(remarks.map(String)).toEqual([
    'central'.padEnd(40, '.'),
    'c'.repeat(18),
    'local'.padEnd(18, '.'),
    'no fieldno fieldno f',
  ]);
});

it.each<[string, readonly ZipWriterEntry[], ZipWriterEnd?]>([
  ['nothing', []],
  ['a member without a name and content', [{ name: '', content: '' }, { name: 'b' }]],
  ['a descriptor of which the header says one length', [streamed(descriptor(CONTENT, 7), { local: { size: 0 } })]],
  ['a comment', [{}], { comment: Buffer.from('a comment') }],
  ['the longest comment', [{}], { comment: Buffer.alloc(0xffff) }],
  ['a descriptor', [streamed(descriptor(CONTENT, 7)), { name: 'b' }]],
  ['a descriptor without a signature', [streamed(descriptor(CONTENT, 7, { signed: false }))]],
  ['a wide descriptor', [streamed(descriptor(CONTENT, 7, { width: 8 }))]],
  ['a wide descriptor without a signature', [streamed(descriptor(CONTENT, 7, { width: 8, signed: false }))]],
  ['the descriptor of an empty member', [streamed(descriptor(Buffer.alloc(0), 0), { content: '' }), { name: 'b' }]],
  [
    'the wide descriptor of an empty member',
    [streamed(descriptor(Buffer.alloc(0), 0, { width: 8 }), { content: '' }), { name: 'b' }],
  ],
  ['a descriptor of what the header says too', [{ flags: 8, descriptor: descriptor(CONTENT, 7) }]],
  ['an extra field in one header only', [{ local: { extra: Buffer.from('UT\x01\0x') } }]],
  ['a folder', [{ name: 'a/', content: '' }]],
  ['a comment of a member', [{ central: { comment: Buffer.from('a comment') } }]],
  ['UTF-8 told in one header only', [{ local: { flags: 0x800 } }]],
])('takes %s', async (_, entries, ...[end]) => {
  const { members, zip64 } = await read(writeZip(entries, end));
  expect(members).toHaveLength(entries.length);
  expect(zip64).toBe(false);
});

it.each<[string, ZipWriterEntry, ZipWriterEnd?]>([
  ['the local header', { local: { compressedSize: FULL, size: FULL, extra: extra64(7, 7) } }],
  ['the compressed size in the local header', { local: { compressedSize: FULL, extra: extra64(7) } }],
  ['the size in the local header', { local: { size: FULL, extra: extra64(7) } }],
  ['the directory', { central: { compressedSize: FULL, size: FULL, extra: extra64(7, 7) } }],
  ['the offset', { central: { offset: FULL, extra: extra64(0) } }],
  ['the number of the disk', { central: { compressedSize: FULL, disk: 0xffff, extra: extra64(7, 0) } }],
  ['the end', {}, { end: (told) => Buffer.concat([endRecord64(told), endRecord(told)]) }],
  [
    'the end alone',
    {},
    {
      end: (told) => Buffer.concat([endRecord64(told), endRecord({ entries: 0xffff, length: FULL, start: FULL })]),
    },
  ],
])('tells that ZIP64 is used: %s', async (_, entry, ...[end]) => {
  const { members, zip64 } = await read(writeZip([entry], end));
  expect(zip64).toBe(true);
  expect(members).toEqual([expect.objectContaining({ size: 7, compressedSize: 7, start: expect.any(Number) })]);
});

it.each<[string, boolean, ZipWriterEntry]>([
  ['stored, lengths behind it', true, streamed(descriptor(CONTENT, 7))],
  ['stored, only the size behind it', false, streamed(descriptor(CONTENT, 7), { local: { size: 0 } })],
  ['stored, lengths before it', false, { flags: 8, descriptor: descriptor(CONTENT, 7) }],
  ['stored, no descriptor', false, {}],
  ['deflated', false, streamed(descriptor(CONTENT, 9), { method: 8 })],
  ['empty', false, streamed(descriptor(Buffer.alloc(0), 0), { content: '' })],
])('knows data whose end readers look for: %s: %s', async (_, endless, entry) => {
  const { members } = await read(writeZip([entry, { name: 'b' }]));
  expect(members[0]?.endless).toBe(endless);
});

const AMBIGUOUS: readonly [string, string, readonly ZipWriterEntry[], ZipWriterEnd?][] = [
  ['zip-gap', 'bytes before the first member', [{ gap: Buffer.from('x') }]],
  ['zip-gap', 'bytes between members', [{}, { name: 'b', gap: Buffer.from('x') }]],
  ['zip-gap', 'bytes before the directory', [{}], { gap: Buffer.from('x') }],
  ['zip-gap', 'bytes before an empty directory', [], { gap: Buffer.from('x') }],
  ['zip-overlap', 'two entries of one member', [{}, { name: 'b', central: { offset: 0 } }]],
  [
    'zip-overlap',
    'data longer than the file',
    [{ local: { compressedSize: 9999 }, central: { compressedSize: 9999 } }],
  ],
  ['zip-duplicate-name', 'one name twice', [{}, { content: 'other' }]],
  ['zip-local-header', 'another name', [{ local: { name: Buffer.from('b') } }]],
  ['zip-local-header', 'another method', [{ local: { method: 8 } }]],
  ['zip-local-header', 'another checksum', [{ local: { crc: 1 } }]],
  ['zip-local-header', 'another size', [{ local: { size: 6 } }]],
  ['zip-local-header', 'another compressed size', [{ local: { compressedSize: 6 } }]],
  ['zip-local-header', 'no sizes, and no descriptor', [{ local: LATER }]],
  ...(['crc', 'size', 'compressedSize'] as const).map((field): [string, string, ZipWriterEntry[]] => [
    'zip-local-header',
    `another ${field} before a descriptor`,
    [streamed(descriptor(CONTENT, 7), { local: { ...LATER, [field]: 6 } })],
  ]),
  ['zip-local-header', 'another size in ZIP64', [{ local: { size: FULL, extra: extra64(6) } }]],
  ...[0, 3, 5, 6, 13].map((bit): [string, string, ZipWriterEntry[]] => [
    'zip-local-header',
    `flag ${bit} only here`,
    [{ local: { flags: 1 << bit } }],
  ]),
  ['zip-descriptor', 'no descriptor', [streamed(Buffer.alloc(0))]],
  ['zip-descriptor', 'a descriptor of something else', [streamed(descriptor(Buffer.from('CONTENT'), 7))]],
  ['zip-descriptor', 'a descriptor of another length', [streamed(descriptor(CONTENT, 8))]],
  [
    'zip-descriptor',
    'a descriptor with a gap behind',
    [streamed(Buffer.concat([descriptor(CONTENT, 7), Buffer.from('x')])), { name: 'b' }],
  ],
  ['zip-patch', 'a patch', [{ flags: 1 << 5 }]],
  ['zip-split', 'a member on another disk', [{ central: { disk: 1 } }]],
  ['zip-zip64', 'a size that is nowhere', [{ local: { size: FULL }, central: { size: FULL } }]],
  [
    'zip-zip64',
    'a size that is there twice',
    [{ central: { size: FULL, extra: Buffer.concat([extra64(7), extra64(7)]) } }],
  ],
  ['zip-zip64', 'a size that is cut off', [{ central: { size: FULL, extra: extra64(7).subarray(0, 10) } }]],
  [
    'zip-directory',
    'bytes in the directory',
    [{ central: { extra: Buffer.alloc(0) } }],
    { end: (told) => Buffer.concat([Buffer.alloc(46), endRecord({ ...told, entries: 2, length: told.length + 46 })]) },
  ],
  [
    'zip-directory',
    'a directory that is cut off',
    [{}],
    {
      end: (told) =>
        Buffer.concat([Buffer.from('PK\x01\x02'), endRecord({ ...told, entries: 2, length: told.length + 4 })]),
    },
  ],
  ['zip-count', 'more members than told', [{}, { name: 'b' }], { end: (told) => endRecord({ ...told, entries: 1 }) }],
  ['zip-count', 'fewer members than told', [{}], { end: (told) => endRecord({ ...told, entries: 2 }) }],
  ['zip-split', 'other members on this disk', [{}], { end: (told) => endRecord({ ...told, here: 0 }) }],
  ['zip-prefix', 'a directory elsewhere', [{}], { end: (told) => endRecord({ ...told, start: told.start - 1 }) }],
  ['zip-prefix', 'a shorter directory', [{}], { end: (told) => endRecord({ ...told, length: told.length - 1 }) }],
  ['zip-suffix', 'bytes behind the end', [{}], { end: (told) => Buffer.concat([endRecord(told), Buffer.from('x')]) }],
  [
    'zip-suffix',
    'a comment that is cut off',
    [{}],
    { end: (told) => endRecord(told, Buffer.alloc(9)).subarray(0, -1) },
  ],
  [
    'zip-suffix',
    'an end in the comment',
    [{}],
    { comment: Buffer.concat([endRecord({ entries: 0, length: 0, start: 0 }), Buffer.from('x')]) },
  ],
  ['zip-prefix', 'an end that ends the comment', [{}], { comment: endRecord({ entries: 0, length: 0, start: 0 }) }],
  ['zip-end', 'no end', [{}], { end: () => Buffer.alloc(0) }],
  [
    'zip-zip64',
    'an end that says other than the large one',
    [{}],
    { end: (told) => Buffer.concat([endRecord64(told), endRecord({ ...told, start: 0 })]) },
  ],
  [
    'zip-zip64',
    'another count than the large one',
    [{}],
    { end: (told) => Buffer.concat([endRecord64(told), endRecord({ ...told, entries: 2 })]) },
  ],
  [
    'zip-zip64',
    'another count here than the large one',
    [{}],
    { end: (told) => Buffer.concat([endRecord64(told), endRecord({ ...told, here: 2 })]) },
  ],
  [
    'zip-zip64',
    'a large end elsewhere',
    [{}],
    { end: (told) => Buffer.concat([endRecord64(told), Buffer.from('PK\x06\x07'), Buffer.alloc(16), endRecord(told)]) },
  ],
];
it.each(AMBIGUOUS)('%s: %s', async (rule, _, entries, ...[end]) => {
  await expect(read(writeZip(entries, end))).rejects.toMatchObject({ finding: `ambiguous-archive:${rule}` });
});

it('wants a local header where the directory says', async () => {
  const zip = writeZip([{}]);
  zip[3] = 5;
  await expect(read(zip)).rejects.toMatchObject({ finding: 'ambiguous-archive:zip-local-header' });
});

it('wants all of a local header', async () => {
  const second = writeZip([{}, { name: 'b' }]).length - 29;
  const compressedSize = second - 31;
  const zip = writeZip([
    { local: { compressedSize }, central: { compressedSize } },
    { name: 'b', central: { offset: second } },
  ]);
  await expect(read(zip)).rejects.toMatchObject({ finding: 'ambiguous-archive:zip-local-header' });
});

it('lets no data reach into the directory', async () => {
  for (const compressedSize of [8, 50, 54]) {
    const zip = writeZip([{ local: { compressedSize }, central: { compressedSize } }]);
    await expect(read(zip)).rejects.toMatchObject({ finding: 'ambiguous-archive:zip-overlap' });
  }
});

it.each<[string, ZipWriterEntry]>([
  ['the traditional cipher', { flags: 1 }],
  ['strong encryption', { flags: 1 << 6 }],
  ['a masked directory', { flags: 1 << 13 }],
  ['AES', { method: 99 }],
])('%s is encryption', async (_, entry) => {
  await expect(read(writeZip([entry]))).rejects.toMatchObject({ finding: 'encrypted' });
});

it('counts the members', async () => {
  const zip = writeZip([{}, { name: 'b' }]);
  await expect(read(zip, 2)).resolves.toMatchObject({ members: { length: 2 } });
  await expect(read(zip, 1)).rejects.toMatchObject({ finding: 'limits-exceeded:files' });
});

it.each([0, 12, 20, 21])('takes no %d bytes for a zip, whatever they are', async (length) => {
  const bytes = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(20)]).subarray(0, length);
  await expect(read(bytes)).rejects.toMatchObject({ finding: 'ambiguous-archive:zip-end' });
});

it('reads a directory of a million entries no further than it is counted', async () => {
  const entry = writeZip([{ content: '' }]).subarray(31, 78);
  const directory = Buffer.concat(Array<Buffer>(200_000).fill(entry));
  const zip = Buffer.concat([directory, endRecord({ entries: 1, length: directory.length, start: 0 })]);
  const used = startProcessorTime();
  await expect(read(zip)).rejects.toMatchObject({ finding: 'ambiguous-archive:zip-count' });
  expect(used()).toBeLessThan(1000);
});
