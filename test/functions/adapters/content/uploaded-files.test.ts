import { describe, expect, it } from '@jest/globals';
import { inspectContent } from '../../../../functions/adapters/content/content-inspector.ts';
import { typeOf } from '../../../../functions/domain/file-type/content.ts';
import { isAllowed } from '../../../../functions/domain/file-type/types/allowlist.ts';
import { agrees } from '../../../../functions/domain/file-type/types/extensions.ts';
import { extensionOf } from '../../../../functions/domain/file-type/types/key-extension.ts';
import { DEFAULT_GROUPS } from '../../../../functions/domain/file-type/types/media-types.ts';
import * as samples from '../../../../local/samples.ts';
import { zipOf } from '../../../support/containers/zip.ts';
import { isoMedia, PICTURES, RECORDINGS } from '../../../support/file-types/iso-media.ts';
import { doc, msg, ppt, xls } from '../../../support/file-types/legacy-office.ts';
import {
  contentTypes,
  DOCX,
  membersOf,
  openDocument,
  type Parts,
  package64,
  packageOf,
  relationships,
  streamed,
  XLSX,
} from '../../../support/file-types/open-xml.ts';
import { memoryStore } from '../../../support/memory-store.ts';

/** Content and name of files as people upload them, whatever is stored with them. */
async function judge(content: Buffer, key: string, groups: readonly string[] = DEFAULT_GROUPS) {
  const { store, reads, reference } = memoryStore(content);
  const inspected = await inspectContent(store, reference(key));
  const extension = extensionOf(key);
  const type = typeOf(inspected, extension);
  const named = extension === null || agrees(extension, type, inspected.detected?.extension);
  return { type, accepted: named && isAllowed(type, groups), requests: reads.length };
}
const accepted = async (content: Buffer | string, key: string, groups?: readonly string[]) =>
  (await judge(Buffer.from(content), key, groups)).accepted;

describe('recordings', () => {
  it.each(RECORDINGS)('%s of brand %s is accepted', async (key, major, compatible) => {
    expect(await accepted(isoMedia(major, compatible), key)).toBe(true);
    const audio = /\.(?:m4[abr]|f4a)$/.test(key);
    expect(await accepted(isoMedia(major, compatible), key, [audio ? 'audio' : 'video'])).toBe(key !== 'sound.mp4');
    expect(await accepted(isoMedia(major, compatible), key.replace(/\w+$/, 'exe'))).toBe(false);
  });

  it('in segments, and of before there were brands, are accepted', async () => {
    expect(await accepted(isoMedia('msdh', ['msdh', 'msix'], 'styp'), 'segment.m4s')).toBe(true);
    expect(await accepted(isoMedia('mp42').subarray(20), 'old.mov')).toBe(true);
  });

  it.each(PICTURES)('%s of brand %s is accepted', async (key, major, compatible) => {
    expect(await accepted(isoMedia(major, compatible), key, ['images'])).toBe(true);
    expect(await accepted(isoMedia(major, compatible), key.replace(/\w+$/, 'mp4'))).toBe(false);
  });
});

describe('names', () => {
  it.each([
    ...['photo.JPG', 'photo.jpe', 'photo.jfif', 'photo.pjpeg', 'photo.png', 'photo.jpg.2', 'photo.jpg (1)'],
    ...[
      'people/jane@example.com',
      'v1.2.3-rc1',
      'Scan 12.5 cm',
      'photo.2024-01-01',
      '2024.05.01T10.00.00Z',
      'mr. smith',
    ],
  ])('%s is a photo', async (key) => expect(await accepted(samples.jpeg(), key)).toBe(true));

  it.each(['photo.exe', 'photo.exe ', 'photo.e\u200bxe.', '.exe', '.htaccess', 'photo.svg', 'photo.xyz', 'photo.html'])(
    '%j is none',
    async (key) => expect(await accepted(samples.jpeg(), key)).toBe(false),
  );

  it.each([
    ['cert.pem', '-----BEGIN CERTIFICATE-----\n'],
    ['query.sql', 'select 1;\n'],
    ['paper.tex', '\\documentclass{article}\n'],
    ['refs.bib', '@article{a}\n'],
    ['track.gpx', '<?xml version="1.0"?><gpx/>'],
    ['place.kml', '<kml xmlns="http://www.opengis.net/kml/2.2"/>'],
    ['feed.rss', '<?xml version="1.0"?><rss/>'],
    ['schema.xsd', '<?xml version="1.0"?><schema/>'],
    ['part.dxf', '0\nSECTION\n'],
    ['film.ass', '[Script Info]\n'],
    ['film.sbv', '0:00:01.000,0:00:02.000\nHello\n'],
    ['list.m3u', '#EXTM3U\n'],
    ['book.ipynb', '{"cells":[]}'],
    ['app.webmanifest', '{}'],
    ['map.geojson', '{}'],
  ])('%s is inert text', async (key, text) => {
    expect(await accepted(text, key, ['text'])).toBe(true);
  });

  it.each(['a.ini', 'a.inf', 'a.reg', 'a.fodt', 'a.bat', 'a.py', 'a.rtf', 'a.eml'])('%s is not', async (key) => {
    expect(await accepted('a=1\n', key)).toBe(false);
  });
});

describe('packages of Office as writers leave them', () => {
  const utf16 = Buffer.from(`\ufeff${contentTypes().replace('UTF-8', 'UTF-16')}`, 'utf16le');
  const [first, ...rest] = membersOf(DOCX);
  const backslashed = Object.fromEntries(
    Object.entries(DOCX).map(([name, text]) => [name.replaceAll('/', '\\'), text]),
  );
  const embedded = contentTypes(
    '<Default Extension="xlsm" ContentType="application/vnd.ms-excel.sheet.macroEnabled.12"/>',
  );

  it.each<[string, Buffer]>([
    ['plain.docx', packageOf(DOCX)],
    ['plain.xlsx', packageOf(XLSX)],
    ['streamed.docx', streamed(DOCX)],
    ['stored.docx', packageOf(DOCX, { method: 0 })],
    ['types-last.docx', zipOf([...rest, first].filter((member) => member !== undefined))],
    ['zip64.docx', package64(DOCX)],
    ['zip64-end.docx', zipOf(membersOf(DOCX), { zip64: true })],
    ['utf16.docx', zipOf([{ name: '[Content_Types].xml', content: utf16 }, ...rest])],
    ['backslash.docx', packageOf(backslashed)],
    ['comment.docx', zipOf(membersOf(DOCX), { comment: Buffer.from('hello') })],
    ['folders.docx', packageOf({ 'word/': '', ...DOCX })],
    ['signed.docx', packageOf({ ...DOCX, 'META-INF/MANIFEST.MF': 'x' })],
    ['trailing.docx', Buffer.concat([packageOf(DOCX), Buffer.from('\r\n')])],
    ['embedded.docx', packageOf({ ...DOCX, '[Content_Types].xml': embedded, 'word/embeddings/a.xlsm': 'PK' })],
    ['plain.odt', packageOf(openDocument('text'), { method: 0 })],
    ['deflated.odt', packageOf(openDocument('text'))],
    ['formula.odf', packageOf(openDocument('formula'), { method: 0 })],
    ['master.odm', packageOf(openDocument('text-master'), { method: 0 })],
    ['chart.odc', packageOf(openDocument('chart'), { method: 0 })],
  ])('%s is a document, read in one request', async (key, bytes) => {
    expect(await judge(bytes, key, ['documents'])).toMatchObject({ accepted: true, requests: 1 });
  });

  const VBA = 'application/vnd.ms-office.vbaProject';
  const bin = (attributes: string) => ({
    '[Content_Types].xml': contentTypes(`<Override ${attributes}/>`),
    'word/a.bin': 'x',
  });
  const macroMain = contentTypes('', 'application/vnd.ms-excel.sheet.macroEnabled.main+xml', '/xl/workbook.xml');
  const macroSheet = contentTypes(
    '<Override PartName="/xl/s.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/>',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
    '/xl/workbook.xml',
  );
  it.each<[string, Parts]>([
    ['part-renamed.docx', { ...DOCX, ...bin(`PartName="/word/a.bin" ContentType="${VBA}"`) }],
    ['long-type.docx', { ...DOCX, ...bin(`PartName="/word/a.bin" ContentType="${VBA}${' '.repeat(250)}"`) }],
    ['spaced.docx', { ...DOCX, ...bin(`PartName="/word/a.bin" ContentType${' '.repeat(99)}=\n'${VBA}'`) }],
    [
      'reference.docx',
      { ...DOCX, ...bin('PartName="/word/a.bin" ContentType="application/vnd.ms-office.&#118;baProject"') },
    ],
    [
      'relationship.docx',
      {
        ...DOCX,
        'word/data.bin': 'x',
        'word/_rels/document.xml.rels': relationships([
          'http://schemas.microsoft.com/office/2006/relationships/vbaProject',
          'data.bin',
        ]),
      },
    ],
    ['macro-folder.xlsx', { ...XLSX, 'xl/macrosheets/sheet1.xml': '<m/>' }],
    ['macro-type.xlsx', { ...XLSX, '[Content_Types].xml': macroSheet }],
    ['renamed-xlsm.xlsx', { ...XLSX, '[Content_Types].xml': macroMain }],
    ['macro.odt', openDocument('text', { 'Basic/Standard/Module1.xml': '<m/>' })],
    ['macro-in-object.odt', openDocument('text', { 'Object 1/Basic/Standard/Module1.xml': '<m/>' })],
    ['script-in-object.odt', openDocument('text', { 'Object 1/Object 2/Scripts/python/a.py': 'x' })],
    ['java.docx', { ...DOCX, 'META-INF/MANIFEST.MF': 'x', 'A.class': 'x' }],
  ])('%s has macros, whatever is allowed', async (key, parts) => {
    const groups = [...DEFAULT_GROUPS, 'office-legacy', 'email', 'rtf', 'design', 'data'];
    expect(await accepted(packageOf(parts), key, groups)).toBe(false);
  });
});

describe('groups that are off by default', () => {
  const step = 'ISO-10303-21;\nHEADER;\n';
  const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.alloc(64)]);
  const stl = Buffer.alloc(84 + 50);
  stl.writeUInt32LE(1, 80);
  it.each<[string, string, Buffer]>([
    ['office-legacy', 'a.doc', doc()],
    ['office-legacy', 'a.xls', xls()],
    ['office-legacy', 'a.ppt', ppt({ macros: 0 })],
    ['email', 'a.msg', msg()],
    ['rtf', 'a.rtf', Buffer.from('{\\rtf1\\ansi Hello}')],
    ['rtf', 'a.doc', Buffer.from('{\\rtf1\\ansi Hello}')],
    ['design', 'a.dwg', Buffer.concat([Buffer.from('AC1032'), Buffer.alloc(64)])],
    ['design', 'a.step', Buffer.from(step)],
    ['design', 'a.stl', Buffer.from('solid cube\nfacet normal 0 0 1\n')],
    ['design', 'a.stl', stl],
    ['design', 'a.psd', Buffer.concat([Buffer.from('8BPS\0\x01'), Buffer.alloc(64)])],
    ['data', 'a.parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64), Buffer.from('PAR1')])],
    ['data', 'a.sqlite', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84)])],
    ['data', 'a.dcm', dicom],
  ])('%s allows %s, and nothing else does', async (group, key, bytes) => {
    expect(await accepted(bytes, key, [group])).toBe(true);
    expect(await accepted(bytes, key)).toBe(false);
    expect(await accepted(bytes, 'a.exe', [group])).toBe(false);
  });

  it.each<[string, string, Buffer]>([
    ['office-legacy', 'a.doc', doc({ macros: true })],
    ['office-legacy', 'a.ppt', ppt({ macros: 1 })],
    ['office-legacy', 'a.doc', Buffer.from('plain text')],
    ['rtf', 'a.rtf', Buffer.from('{\\rtf1 {\\object\\objemb}}')],
    ['rtf', 'a.rtf', Buffer.from('plain text')],
    ['email', 'a.msg', Buffer.concat([Buffer.from('!BDN'), Buffer.alloc(64)])],
    ['data', 'a.dcm', Buffer.concat([Buffer.from('MZ'), dicom.subarray(2)])],
    ['data', 'a.db', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])],
  ])('%s does not allow %s with something else in it', async (group, key, bytes) => {
    expect(await accepted(bytes, key, [group])).toBe(false);
  });
});
