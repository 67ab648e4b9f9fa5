import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AT_ONCE, inspectContent, WHOLE_TEXT_BYTES } from '../../../../functions/adapters/content/content-inspector.ts';
import { READ_LIMITS } from '../../../../functions/adapters/content/object-bytes.ts';
import { judgeFileType } from '../../../../functions/domain/file-type/file-type-verdict.ts';
import * as samples from '../../../../local/samples.ts';
import { compoundFile } from '../../../support/file-types/compound-writer.ts';
import * as office from '../../../support/file-types/legacy-office.ts';
import { pdf } from '../../../support/file-types/pdf-files.ts';
import { memoryStore, type SparseContent, sparse } from '../../../support/memory-store.ts';

const GROUPS = ['documents', 'images', 'audio', 'video', 'archives', 'text'];
const GIB = 1024 ** 3;

async function look(content: Uint8Array | SparseContent, key = 'a', allowed = GROUPS) {
  const { store, reads, bytesRead, reference } = memoryStore(content);
  const inspected = await inspectContent(store, reference(key));
  expect(reads.length).toBeLessThanOrEqual(READ_LIMITS.requests);
  expect(bytesRead()).toBeLessThanOrEqual(Math.max(READ_LIMITS.bytes, AT_ONCE.textBytes));
  return {
    ...judgeFileType(inspected, key, { allowedTypes: allowed, inertTypes: 'strict', xmlStylesheets: 'reject' }),
    requests: reads.length,
    bytes: bytesRead(),
  };
}

const seeds = [
  samples.pdf(),
  samples.png(),
  samples.jpeg(),
  samples.gif(),
  samples.mp3(),
  samples.mp4(),
  samples.windowsExecutable(),
  samples.linuxExecutable(),
  samples.encryptedZip(),
  samples.utf16Text(),
  samples.svg(),
  samples.emf(),
  ...(await Promise.all([samples.docx(), samples.docxWithMacros(), samples.odt(), samples.jar(), samples.pdfAndZip()])),
  ...[
    '1f8b0800',
    'd0cf11e0a1b11ae1',
    '4f67675300',
    '1a45dfa3',
    '3026b2758e66cf11',
    '49492a00',
    '52494646',
    '464f524d',
    '425a68',
    '377abcaf271c',
    '526172211a07',
    '000000207766747970',
    'fffb90',
    '47',
    '504b0506',
    '504b0304',
    '89504e470d0a1a0a',
    '7573746172',
  ].map((magic) => Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(700, 0xff)])),
];

/** A real file with some bytes changed, cut and padded, which gets furthest into a parser. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(1023), fc.nat(255)), { maxLength: 12 }),
    fc.nat(2000),
    fc.uint8Array(),
  )
  .map(([seed, changes, length, more]) => {
    const bytes = Buffer.concat([seed, more]).subarray(0, 8 + length);
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return bytes;
  });
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  mutated,
);
const anyKey = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    'a.pdf',
    'a.txt',
    'a.docx',
    'a.exe',
    '.png',
    'a.',
    '/',
    'x'.repeat(1024),
    'a.mp3',
    'a.zip',
    'a\u202etxt.exe',
  ),
);

/** Start and length: a mebibyte of its beginning, eight samples evenly spaced, and a quarter of a mebibyte of its end. */
function longTextParts(size: number): number[][] {
  const [head, tail] = [1024 * 1024, size - 256 * 1024];
  const samples = [1, 2, 3, 4, 5, 6, 7, 8].map((part) => Math.floor(head + ((tail - head) * part) / 9));
  return [[0, head], ...samples.map((start) => [start, 64 * 1024]), [tail, 256 * 1024]];
}

describe('content inspector', () => {
  it('comes to a finding for any bytes under any key, within its limits', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, anyKey, async (bytes, key) => {
        const { type, finding } = await look(bytes, key || 'a');
        expect(type).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
        expect(finding === null || /^(type|extension-mismatch):/.test(finding)).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('never lets refused content in under another name, unless the name agrees', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, anyKey, anyKey, async (bytes, key, other) => {
        const before = await look(bytes, key || 'a');
        const after = await look(bytes, other || 'a');
        // A refused type stays refused with any key, but the extension decides the kind of inert text.
        const inert =
          before.type.startsWith('text/') || /json|yaml|xml|subrip|php|python|asp|perl|ruby/.test(before.type);
        if (before.finding?.startsWith('type:') && !inert && bytes.includes(0)) expect(after.finding).not.toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  const [KIB, MIB] = [1024, 1024 ** 2];
  const image = (size: number) => sparse(size, [[0, samples.png()]], 0xaa);
  const text = (size: number) => sparse(size, [], 0x61);
  it.each([
    ['an image of 1 MiB', image(MIB), 1],
    ['an image over it', image(MIB + 1), 2],
    ['an image of 10 MiB', image(10 * MIB), 2],
    ['a text of 100 KiB', text(100 * KIB), 1],
    ['a text of 1 MiB', text(MIB), 1],
    ['a text over it', text(MIB + 1), 2],
    ['a text of 10 MiB', text(10 * MIB), 2],
    ['a text of 16 MiB', text(16 * MIB), 2],
    ['a longer text, with eight samples', text(GIB), 11],
  ])('needs for %s so many requests', async (_, content, requests) => {
    expect((await look(content)).requests).toBe(requests);
  });

  it('sees the same in what it fetches at once as in what it asks for piece by piece', async () => {
    const sizes = fc.constantFrom(0, 60 * KIB, 65 * KIB, 130 * KIB, 600 * KIB, MIB - 700, 3 * MIB);
    const contents = fc.tuple(anyBytes, sizes, fc.constantFrom(0x61, 0, 0xaa), fc.option(mutated));
    const pieces = { anyBytes: 0, textBytes: 0 };
    await fc.assert(
      fc.asyncProperty(contents, async ([head, size, filler, end]) => {
        const content = Buffer.concat([head, Buffer.alloc(size, filler), end ?? Buffer.alloc(0)]);
        const { store, reference } = memoryStore(content);
        const [before, after] = [
          await inspectContent(store, reference('a'), pieces),
          await inspectContent(store, reference('a')),
        ];
        expect(Buffer.from(after.head).equals(before.head) && Buffer.from(after.tail).equals(before.tail)).toBe(true);
        const parts = ({ text: read }: typeof before) => read.map(({ start, bytes }) => [start, bytes.length]);
        expect(parts(after)).toEqual(parts(before));
        const seen = ({ detected, xml, zip, directory }: typeof before) => ({ detected, xml, zip, directory });
        expect(seen(after)).toEqual(seen(before));
      }),
      { numRuns: 100 },
    );
  });

  it('needs one request for a small object and two for a large one', async () => {
    expect(await look(samples.png())).toMatchObject({ requests: 1 });
    const large = sparse(2 * GIB, [[0, samples.png()]], 0xaa);
    expect((await look(large, 'a.png')).requests).toBeLessThanOrEqual(4);
  });

  it('finds the directory of a zip of 2 GB without walking it', async () => {
    const docx = await samples.docx();
    const zip = await samples.zip({ 'a.txt': 'a' });
    const header = Buffer.from(zip.subarray(0, 30));
    header.writeUInt32LE(0xfffffff0, 18); // claims 4 GB of compressed data
    const result = await look(
      sparse(2 * GIB, [
        [0, header],
        [2 * GIB - docx.length, docx],
      ]),
      'a.docx',
    );
    expect(result.finding).toBe('extension-mismatch:docx->application/zip'); // bytes before the archive: readers disagree
    expect(result.requests).toBeLessThan(30);
  });

  it('does not walk a zip of a thousand entries of 100 KB', async () => {
    const content = Buffer.alloc(100_000, 7);
    const zip = await samples.zip(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, content])), false);
    const result = await look(zip, 'a.zip');
    expect(result).toMatchObject({ type: 'application/zip', finding: null });
    expect(result.requests).toBeLessThan(25);
  });

  it('is not led in circles by boxes, chunks and tags that claim anything', async () => {
    const filler = (bytes: number[], total = 6_000_000) => Buffer.alloc(total, Buffer.from(bytes));
    const hostile = [
      filler([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]), // empty MP4 boxes
      Buffer.concat([samples.png().subarray(0, 33), filler([0, 0, 0, 0, 0x74, 0x45, 0x58, 0x74, 0, 0, 0, 0])]),
      filler([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0]), // ID3 tag behind ID3 tag
      filler([0xef, 0xbb, 0xbf]), // one byte order mark after the other
      filler([0x50, 0x4b, 3, 4, 20, 0, 8, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 65]),
      filler([0x50, 0x4b, 5, 6]),
      Buffer.concat([Buffer.from('1a45dfa3', 'hex'), filler([0x42, 0x86, 0x80])]),
      Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), filler([0, 0, 0, 0xff])]),
      Buffer.concat([Buffer.from('4949 2a00 08000000 ffff'.replaceAll(' ', ''), 'hex'), filler([1, 1, 4, 0])]),
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), filler([0xff])]),
    ];
    for (const bytes of hostile) expect((await look(bytes, 'a.pdf')).finding).not.toBeNull();
  });

  it('looks as far in as a disk image has its mark', async () => {
    const image = sparse(GIB, [[32_769, Buffer.from('CD001')]]);
    expect(await look(image, 'a.pdf')).toMatchObject({ finding: 'type:application/x-iso9660-image' });
  });

  it('reads text whole up to 2 MiB, samples beyond', async () => {
    const text = Buffer.alloc(WHOLE_TEXT_BYTES, 'just text ');
    expect(await look(text, 'a.txt')).toMatchObject({ type: 'text/plain', finding: null });
    text[WHOLE_TEXT_BYTES - 700_000] = 0;
    expect(await look(text, 'a.txt')).toMatchObject({ finding: 'type:application/octet-stream' });
    const long = (pieces: ReadonlyArray<readonly [number, Uint8Array]>) => look(sparse(GIB, pieces, 0x61), 'a.log');
    expect(await long([])).toMatchObject({ type: 'text/plain', finding: null });
    expect(await long([[900_000, Buffer.from([0])]])).toMatchObject({ finding: 'type:application/octet-stream' });
    expect(await long([[GIB - 100_000, Buffer.from([1])]])).toMatchObject({ finding: 'type:application/octet-stream' });
    expect(await long([[GIB - 100_000, Buffer.from('<?php ')]])).toMatchObject({ type: 'text/plain', finding: null });
    expect(await long([[0, Buffer.from('<?php ')]])).toMatchObject({ finding: 'type:application/x-httpd-php' });
  });

  it.each([
    [1, [[0, 1]]],
    [WHOLE_TEXT_BYTES, [[0, WHOLE_TEXT_BYTES]]],
    [WHOLE_TEXT_BYTES + 1, longTextParts(WHOLE_TEXT_BYTES + 1)],
    [GIB, longTextParts(GIB)],
  ])('reads these parts of a text of %i bytes', async (size, parts) => {
    const { store, reference } = memoryStore(sparse(size, [], 0x61));
    const { text, head, tail } = await inspectContent(store, reference('a.txt'));
    expect(text.map(({ start, bytes }) => [start, bytes.length])).toEqual(parts);
    expect([head.length, tail.length]).toEqual([Math.min(size, 64 * 1024), Math.min(size, 64 * 1024)]);
  });

  it('reads the beginning and the end of anything, and no more of what is no text', async () => {
    const size = 100_000;
    const whole = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 251));
    const { store, reference } = memoryStore(whole);
    const { head, tail, text, directory, zip, xml } = await inspectContent(store, reference('a'));
    expect(Buffer.from(head).equals(whole.subarray(0, 64 * 1024))).toBe(true);
    expect(Buffer.from(tail).equals(whole.subarray(-64 * 1024))).toBe(true);
    expect({ text, directory, zip, xml }).toEqual({ text: [], directory: null, zip: null, xml: null });
  });

  it('judges zips by their directory', async () => {
    const docx = await samples.docx();
    const prefixed = Buffer.concat([await samples.zip({ 'evil.txt': 'a' }), docx]);
    expect((await look(prefixed, 'a.docx')).finding).toBe('extension-mismatch:docx->application/zip');
    const twoTypes = await samples.zip({
      '[content_types].XML': '<x/>',
      '[Content_Types].xml': '<x/>',
      'word/a.xml': '',
    });
    expect((await look(twoTypes, 'a.docx')).finding).toBe('extension-mismatch:docx->application/zip');
    const hidden = await samples.zip({
      '[Content_Types].xml':
        '<Types><Default Extension="dat" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/word/document.xml" ' +
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      'word/notes.dat': 'x',
    });
    expect((await look(hidden, 'a.docx')).finding).toBe('type:application/vnd.ms-word.document.macroenabled.12');
    const document = (parts: Record<string, string>, more = '') =>
      samples.zip({
        '[Content_Types].xml':
          '<Types><Override PartName="/word/document.xml" ' +
          `ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>${more}</Types>`,
        'word/document.xml': '',
        ...parts,
      });
    const byRelationship = await document({
      'word/data.bin': 'x',
      'word/_rels/document.xml.rels':
        '<Relationships><Relationship Id="r9" Target="data.bin" ' +
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>',
    });
    const padded = `<Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject${' '.repeat(250)}"/>`;
    for (const macros of [byRelationship, await document({ 'word/a.bin': 'x' }, padded)]) {
      expect((await look(macros, 'a.docx')).finding).toBe('type:application/vnd.ms-word.document.macroenabled.12');
    }
    expect((await look(await document({ 'word/_rels/document.xml.rels': '<Relationships/>' }), 'a.docx')).finding).toBe(
      null,
    );
    const basic = await samples.zip(
      { mimetype: 'application/vnd.oasis.opendocument.text', 'Basic/Standard/a.xml': 'x' },
      false,
    );
    expect((await look(basic, 'a.odt')).finding).toBe('type:application/x-opendocument-macro');
    expect(
      (await look(await samples.zip({ 'AppxManifest.xml': '', '[Content_Types].xml': '<x/>' }), 'a.zip')).finding,
    ).toBe('type:application/x-appx');
    const bomb = await samples.zip({ '[Content_Types].xml': Buffer.alloc(9_000_000, 32), 'word/document.xml': '' });
    expect((await look(bomb, 'a.docx')).finding).toBe('extension-mismatch:docx->application/zip');
  });

  it('tells compound files apart by their streams', async () => {
    const legacy = ['office-legacy'];
    expect((await look(office.doc(), 'a.doc')).finding).toBe('type:application/msword');
    expect((await look(office.doc(), 'a.doc', legacy)).finding).toBeNull();
    expect((await look(office.doc({ macros: true }), 'a.doc', legacy)).finding).toBe(
      'type:application/x-office-legacy-macro',
    );
    const installer = compoundFile([{ path: ['WordDocument'], content: office.wordStream() }], {
      classId: office.CLASS.installer,
    });
    expect((await look(installer, 'a.doc', legacy)).finding).toBe('type:application/x-msi');
    const encrypted = compoundFile([{ path: ['EncryptedPackage'], content: Buffer.alloc(9) }]);
    expect((await look(encrypted, 'a.docx')).finding).toBe('type:application/x-office-encrypted');
    expect((await look(Buffer.concat([installer.subarray(0, 512), Buffer.alloc(600)]), 'a.doc')).finding).toBe(
      'type:application/x-cfb',
    );
  });

  it('refuses what is two things at once', async () => {
    const zip = await samples.zip({ 'a.txt': 'a' });
    const finding = async (bytes: Buffer, key: string) => (await look(bytes, key)).finding;
    expect(await finding(Buffer.concat([samples.png(), zip]), 'a.png')).toBe('extension-mismatch:png->application/zip');
    expect(await finding(Buffer.concat([samples.png(), zip, Buffer.alloc(40)]), 'a')).toBe('type:application/zip');
    expect(await finding(Buffer.concat([zip, samples.pdf()]), 'a.zip')).toBe('extension-mismatch:zip->application/pdf');
    expect(await finding(Buffer.from(pdf('%<script>1</script>')), 'a.pdf')).toBe('extension-mismatch:pdf->text/html');
    // Nothing that a browser or a reader of images would look at.
    expect(await finding(Buffer.concat([samples.jpeg(), Buffer.from('\0<?php x();')]), 'a.jpg')).toBeNull();
    expect(await finding(Buffer.concat([samples.pdf(), Buffer.from('\0<script>')]), 'a.pdf')).toBeNull();
    // Text that begins like an image is text.
    expect(await finding(Buffer.from('GIF89a=1;alert(1)'), 'a.gif')).toBe('extension-mismatch:gif->text/plain');
    // A PDF stored in a zip is just that.
    expect(await finding(await samples.zip({ 'a.pdf': samples.pdf() }, false), 'a.zip')).toBeNull();
  });
});
