import { describe, expect, it } from '@jest/globals';
import { type Content, typeOf } from '../../../../functions/domain/file-type/content.ts';
import { extensionOf } from '../../../../functions/domain/file-type/types/key-extension.ts';
import { NO_HEADERS } from '../../../../functions/domain/ports.ts';
import * as samples from '../../../../local/samples.ts';
import { inspected } from '../../../support/file-types/inspected.ts';
import { BEHIND_ACTIVE, HONEST_PDFS, PAGE_PDFS } from '../../../support/file-types/pdf-files.ts';
import { ACTIVE_TEXTS, BINARY_TEXTS, HONEST_TEXTS, RENDERABLE_TEXTS } from '../../../support/file-types/texts.ts';
import { ACTIVE_XML, HONEST_XML, PROBLEM_XML } from '../../../support/file-types/xml-files.ts';

const binary = (...bytes: number[]) => Buffer.from([...bytes, ...new Array(64).fill(0)]);

/** Content of these bytes, read whole where they are text. */
function content(bytes: Buffer, detected: string | null = null, over: Partial<Content> = {}): Content {
  return {
    size: bytes.length,
    headers: NO_HEADERS,
    encoded: false,
    encodingFault: null,
    detected: detected === null ? null : { type: detected, extension: 'x' },
    head: bytes,
    tail: bytes,
    text: [{ start: 0, bytes }],
    xml: null,
    zip: null,
    directory: null,
    ...over,
  };
}
const text = (value: string, detected: string | null = null) => content(Buffer.from(value), detected);

describe('the type of text', () => {
  it.each([
    'application/pdf',
    'application/postscript',
    'application/eps',
    'application/x-ms-regedit',
    'application/pgp-encrypted',
    'text/calendar',
    'text/vcard',
    'text/vtt',
  ])('is %s where its first bytes say so', (type) => {
    expect(typeOf(text('plain words', type), 'txt')).toBe(type);
  });

  it.each(['image/bmp', 'audio/mpeg', 'image/gif', 'application/zip'])(
    'is told by its extension where its first bytes say %s, which is no text',
    (type) => {
      expect(typeOf(text('plain words', type), 'csv')).toBe('text/csv');
      expect(typeOf(text('plain words', type), null)).toBe('text/plain');
    },
  );

  it('is that of what it begins as, before any other', () => {
    expect(typeOf(text('<script>', null), 'txt')).toBe('text/html');
    expect(typeOf(text('<script>', 'text/calendar'), 'ics')).toBe('text/html');
    expect(typeOf(text('x <script>', null), 'txt')).toBe('text/plain');
  });

  it.each([...HONEST_TEXTS, ...RENDERABLE_TEXTS, ...ACTIVE_TEXTS, ...BINARY_TEXTS])(
    'of $name is $type',
    async ({ name, bytes, type }) => expect(typeOf(await inspected(bytes), extensionOf(name))).toBe(type),
  );

  it.each([...HONEST_XML, ...PROBLEM_XML.map(([, file]) => file), ...ACTIVE_XML])(
    'of $name is $type',
    async ({ name, bytes, type }) => expect(typeOf(await inspected(bytes), extensionOf(name))).toBe(type),
  );

  it('needs 128 bytes to be in some code page where magic bytes say something else', () => {
    const short = content(Buffer.from(`BM${'\xfc'.repeat(125)}`, 'latin1'), 'image/bmp');
    const long = content(Buffer.from(`BM${'\xfc'.repeat(126)}`, 'latin1'), 'image/bmp');
    expect([typeOf(short, 'csv'), typeOf(long, 'csv')]).toEqual(['image/bmp', 'text/csv']);
    expect(typeOf(text('BM;1', 'image/bmp'), 'csv')).toBe('text/csv');
    expect(typeOf(content(Buffer.from('\xfc;1', 'latin1')), 'csv')).toBe('text/csv');
  });

  it('is unknown for XML in an encoding that cannot be looked into', () => {
    expect(typeOf(content(binary(0xff), 'application/xml'), 'xml')).toBe('application/octet-stream');
  });
});

describe('the type of a PDF', () => {
  it.each([...HONEST_PDFS, ...PAGE_PDFS, ...BEHIND_ACTIVE])('of $name is $type', async ({ name, bytes, type }) =>
    expect(typeOf(await inspected(bytes), extensionOf(name))).toBe(type),
  );

  it('is not that of content whose first bytes are certain', async () => {
    const [plain] = HONEST_PDFS;
    const png = Buffer.concat([samples.png(), plain?.bytes ?? Buffer.alloc(0)]);
    expect(typeOf(await inspected(png), 'pdf')).toBe('image/png');
    const zip = await samples.zip({ 'a.pdf': Buffer.from(plain?.bytes ?? []) }, false);
    expect(typeOf(await inspected(zip), 'pdf')).toBe('application/zip');
  });
});

describe('the type of what is no text', () => {
  it('is that of its first bytes, under the name used here', () => {
    expect(typeOf(content(binary(1), 'image/png'), 'txt')).toBe('image/png');
    expect(typeOf(content(binary(1), 'audio/wave'), 'txt')).toBe('audio/wav');
    expect(typeOf(content(binary(1)), 'txt')).toBe('application/octet-stream');
  });

  it('is empty for no bytes', () => {
    expect(typeOf(content(Buffer.alloc(0), 'image/png'), 'png')).toBe('application/x-empty');
  });

  it('of an OLE compound file is told by its directory', () => {
    expect(typeOf(content(binary(0xd0), 'application/x-cfb'), 'doc')).toBe('application/x-cfb');
    const names = ['Root Entry', 'WordDocument'];
    const directory = { classId: '', top: ['WordDocument'], names, macros: false, encrypted: false };
    expect(typeOf(content(binary(0xd0), 'application/x-cfb', { directory }), 'doc')).toBe('application/msword');
  });
});

describe('the type of a zip', () => {
  const zip = (names: string[]) => ({
    names,
    complete: true,
    atEnd: true,
    contentTypes: null,
    mimetype: null,
    relationships: [],
  });
  const bytes = Buffer.from('PK\x03\x04\0\0', 'latin1');

  it('is what its directory says', () => {
    const over = { zip: zip(['META-INF/MANIFEST.MF']) };
    expect(typeOf(content(bytes, 'application/zip', over), 'zip')).toBe('application/java-archive');
  });

  it.each([
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.oasis.opendocument.text',
    'application/epub+zip',
  ])('is no document by its first entries alone: %s', (told) => {
    for (const over of [{ zip: null }, { zip: zip(['a']) }]) {
      expect(typeOf(content(bytes, told, over), 'docx')).toBe('application/zip');
    }
  });

  it('is dangerous also by its first entries alone', () => {
    expect(typeOf(content(bytes, 'application/java-archive', { zip: zip(['a']) }), 'zip')).toBe(
      'application/java-archive',
    );
    expect(typeOf(content(bytes, 'application/java-archive'), 'zip')).toBe('application/java-archive');
  });
});

describe('the type that the extension chooses', () => {
  it.each([
    ['video/mp4', 'm4a', 'audio/mp4'],
    ['video/mp4', 'mov', 'video/quicktime'],
    ['video/3gpp', 'mp4', 'video/mp4'],
    ['image/heif', 'avif', 'image/avif'],
    ['image/png', 'jpg', 'image/png'],
    ['video/mp4', 'exe', 'video/mp4'],
  ])('of %s as .%s is %s', (told, extension, type) => {
    expect(typeOf(content(binary(1), told), extension)).toBe(type);
    expect(typeOf(content(binary(1), told), null)).toBe(told);
  });
});

describe('the type of RTF', () => {
  it('tells whether it has objects, as far as it is read whole', () => {
    expect(typeOf(text('{\\rtf1 a}', 'application/rtf'), 'rtf')).toBe('application/rtf');
    expect(typeOf(text('{\\rtf1 {\\object}}', 'application/rtf'), 'rtf')).toBe('application/x-rtf-object');
    expect(typeOf(content(binary(0x7b), 'application/rtf', { text: [] }), 'rtf')).toBe('application/x-rtf-object');
  });
});

describe('formats that no library tells', () => {
  it('win over what the library takes them for', () => {
    const metafile = binary(0xd7, 0xcd, 0xc6, 0x9a);
    expect(typeOf(content(metafile, 'image/x-icon'), 'bin')).toBe('image/wmf');
    expect(typeOf(content(metafile), 'bin')).toBe('image/wmf');
  });

  it('are told by their length where they have no magic number, and nothing else claims them', () => {
    const stl = Buffer.alloc(84 + 50);
    stl.writeUInt32LE(1, 80);
    expect(typeOf(content(stl), 'stl')).toBe('model/stl');
    expect(typeOf(content(stl, 'image/png'), 'stl')).toBe('image/png');
    expect(typeOf(content(stl.subarray(0, -1)), 'stl')).toBe('application/octet-stream');
  });
});
