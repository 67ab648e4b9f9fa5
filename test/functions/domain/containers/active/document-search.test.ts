import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { accountFor } from '../../../../../functions/domain/containers/account.ts';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { EVENT_SCRIPT } from '../../../../support/containers/active-cases.ts';
import { docxWith, odtWith, pdfWith, relationTo, xlsxWith } from '../../../../support/containers/documents.ts';
import { plainZip, zipOf } from '../../../../support/containers/zip.ts';
import { memoryUnpacker } from '../../../../support/memory-unpacker.ts';

const LIMITS = { files: 100, depth: 17, bytes: 10_000_000, wholeBytes: 1000 };

async function look(file: Buffer) {
  const { unpacker } = memoryUnpacker();
  const { active, macroType, findings } = await accountFor(memorySource(file), unpacker, LIMITS);
  return { active, macroType, findings };
}
const found = (...active: string[]) => ({ active, macroType: null, findings: [] });
const MACRO = { active: ['odf-event-script'], macroType: 'application/x-opendocument-macro', findings: [] };

const RELS = 'word/_rels/document.xml.rels';
const OBJECT = 'application/vnd.openxmlformats-officedocument.oleObject';
const TEMPLATE = relationTo('attachedTemplate', 'https://example.com/a.dotm');
const chunk = (name: string, type: string) =>
  docxWith(
    { [`word/${name}`]: 'x', [RELS]: relationTo('aFChunk', name, '') },
    `<Override PartName="/word/${name}" ContentType="${type}"/>`,
  );
const odt = (content: string | Buffer) => odtWith(Buffer.from(content as string), 'manifest:', false);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('an Office document', () => {
  it.each<[string, Buffer, string]>([
    ['a template', docxWith({ [RELS]: TEMPLATE }), 'office-remote-template'],
    ['white space', docxWith({ [RELS]: TEMPLATE.replaceAll('="', '\n = \t "') }), 'office-remote-template'],
    [
      'spaces in values',
      docxWith({ [RELS]: TEMPLATE.replace('"External"', '" External\n"') }),
      'office-remote-template',
    ],
    ['references', docxWith({ [RELS]: TEMPLATE.replace('Template"', 'T&#x65;mpl&#97;te"') }), 'office-remote-template'],
    ['other quotes', docxWith({ [RELS]: TEMPLATE.replaceAll('"', "'") }), 'office-remote-template'],
    ['UTF-16', docxWith({ [RELS]: utf16(TEMPLATE.replace(/<\?.*?\?>/, '')) }), 'office-remote-template'],
    [
      'a prefix',
      docxWith({ [RELS]: TEMPLATE.replace('<Relationship ', '<p:Relationship ') }),
      'office-remote-template',
    ],
    ['backslashes in names', docxWith({ [RELS.replaceAll('/', '\\')]: TEMPLATE }), 'office-remote-template'],
    ['a linked object', docxWith({ [RELS]: relationTo('oleObject', 'https://a') }), 'office-external-ole'],
    ['a frame', docxWith({ [RELS]: relationTo('frame', 'https://a') }), 'office-external-link'],
    ['a web page', chunk('a.bin', 'text/html'), 'office-html-chunk'],
    ['a page of mail', chunk('a.bin', 'message/rfc822'), 'office-html-chunk'],
    [
      'an object by its part',
      docxWith({ 'word/a.dat': 'x' }, `<Override PartName="/word/a.dat" ContentType="${OBJECT}"/>`),
      'office-ole-package',
    ],
    [
      'an object by its extension',
      docxWith({ 'word/a.BIN': 'x' }, `<Default Extension="bin" ContentType="${OBJECT}"/>`),
      'office-ole-package',
    ],
    [
      'an object by its relationship',
      docxWith({ 'word/a.dat': 'x', [RELS]: relationTo('oleObject', 'a.dat', '') }),
      'office-ole-package',
    ],
    [
      'DDE cells',
      xlsxWith({ 'xl/a.xml': '<x:externalLink><x:ddeLink ddeService="a"/></x:externalLink>' }),
      'office-dde',
    ],
    [
      'a DDE field',
      docxWith({ 'word/footer1.xml': '<w:ftr><w:fldSimple w:instr=" DDE&#65;UTO a "/></w:ftr>' }),
      'office-dde',
    ],
  ])('with %s', async (_, file, active) => {
    expect(await look(file)).toEqual(found(active));
    expect(await look(gzipSync(plainZip('a', file)))).toEqual(found(active));
  });

  it.each<[string, Buffer]>([
    ['a link', docxWith({ [RELS]: relationTo('hyperlink', 'https://example.com') })],
    ['a picture of another place', docxWith({ [RELS]: relationTo('image', 'https://example.com/a.png') })],
    ['its own template', docxWith({ [RELS]: relationTo('attachedTemplate', 'file:///C:\\Templates\\a.dotx') })],
    ['a workbook of a chart', docxWith({ 'word/a.xlsx': 'x', [RELS]: relationTo('package', 'a.xlsx', '') })],
    [
      'another document that is imported',
      chunk('a.bin', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'),
    ],
    ['a text that is imported', chunk('a.txt', 'text/plain')],
    ['a type of objects that has no part', docxWith({}, `<Default Extension="bin" ContentType="${OBJECT}"/>`)],
    ['a text about DDE', docxWith({ 'word/a.xml': '<w:t>ddeLink, instrText: DDE a</w:t>' })],
    ['a picture with such bytes', docxWith({ 'word/a.png': Buffer.from('\x89PNG<a:ddeLink/>', 'latin1') })],
    [
      'other fields',
      docxWith({ 'word/a.xml': '<w:p><w:fldSimple w:instr=" PAGE "/><w:instrText>TOC</w:instrText></w:p>' }),
    ],
  ])('with %s has nothing active', async (_, file) => {
    expect(await look(file)).toEqual(found());
  });

  it('is one by its content types: the same parts in another zip are only files', async () => {
    expect(await look(plainZip(RELS, Buffer.from(TEMPLATE)))).toEqual(found());
  });
});

describe('an OpenDocument file', () => {
  const listener = (attributes: string) =>
    `<a xmlns:s="x"><s:event-listeners><s:event-listener ${attributes}/></s:event-listeners></a>`;
  it.each<[string, Buffer]>([
    ['on opening', odt(EVENT_SCRIPT)],
    ['in UTF-16', odt(utf16(EVENT_SCRIPT))],
    ['by its name', odt(listener('script:macro-name="Standard.Module1.Main"'))],
    ['by an old address', odt(listener("xlink:href = ' macro:///Standard.Module1.Main '"))],
    ['by an address in references', odt(listener('xlink:href="vnd.sun.st&#x61;r.script:a"'))],
    ['that is a program', odt(listener('presentation:action="execute" xlink:href="a.exe"'))],
    ['of old', odt('<a><s:event s:macro-name="M"/></a>')],
    ['behind an entity', odt('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>')],
    [
      'in styles',
      zipOf([
        { name: 'mimetype', content: Buffer.from('x') },
        { name: 'styles.xml', content: Buffer.from(EVENT_SCRIPT) },
      ]),
    ],
    [
      'in a part of its own',
      zipOf([
        { name: 'META-INF/manifest.xml', content: Buffer.from('<m/>') },
        { name: 'Object 1/content.xml', content: Buffer.from(EVENT_SCRIPT) },
      ]),
    ],
  ])('with a script %s is one with macros', async (_, file) => {
    expect(await look(file)).toEqual(MACRO);
    expect(await look(plainZip('a.odt', file))).toEqual({ ...MACRO, macroType: null });
  });

  it.each<[string, string]>([
    ['a listener that turns a page', listener('presentation:action="next-page"')],
    ['a listener that plays', listener('presentation:action="sound" xlink:href="../a.wav"')],
    [
      'a link to a script',
      '<a><text:a xlink:href="https://example.com">event-listener vnd.sun.star.script:</text:a></a>',
    ],
    ['a document type', '<!DOCTYPE a PUBLIC "-//OpenOffice.org//DTD" "office.dtd"><a/>'],
  ])('with %s has nothing active', async (_, content) => {
    expect(await look(odt(content))).toEqual(found());
  });
});

it('a PDF counts wherever it is', async () => {
  const file = pdfWith(Buffer.from('x'), '/OpenAction<</S/Launch/F(a)>>');
  expect(await look(file)).toEqual(found('pdf-embedded-file', 'pdf-launch'));
  expect(await look(plainZip('a.pdf', file))).toEqual(found('pdf-embedded-file', 'pdf-launch'));
});
