import type { ActiveContent } from '../../../functions/domain/active-content.ts';
import { docxWith, odtWith, olePackage, pdfWith, relationTo, xlsxWith } from './documents.ts';
import type { Sample } from './sample.ts';
import { plainZip } from './zip.ts';

/** A document that is no malware, and what of it is active. */
export interface ActiveCase {
  readonly name: string;
  readonly extension: string;
  readonly active: readonly ActiveContent[];
  readonly build: (sample: Sample) => Buffer;
}

const active = (name: string, kinds: readonly ActiveContent[], build: ActiveCase['build']): ActiveCase => ({
  name,
  extension: name.split(/[ :]/, 1).join(),
  active: kinds,
  build,
});

const OLE_TYPE = '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/>';
const field = (...code: string[]) =>
  `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>${code
    .map((text) => `<w:r><w:instrText>${text}</w:instrText></w:r>`)
    .join('')}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:body></w:document>`;

const template = (): Buffer =>
  docxWith({ 'word/_rels/settings.xml.rels': relationTo('attachedTemplate', 'https://example.com/a.dotm') });

export const ACTIVE_CASES: readonly ActiveCase[] = [
  active('pdf: a script that runs at the beginning', ['pdf-embedded-file', 'pdf-javascript'], (s) =>
    pdfWith(s.good, '/OpenAction<</S/JavaScript/JS(app.alert(1))>>'),
  ),
  active('pdf: a program that starts at the beginning', ['pdf-embedded-file', 'pdf-launch'], (s) =>
    pdfWith(s.good, '/OpenAction<</S/Launch/F(calc.exe)>>'),
  ),
  active('pdf: an address that opens, and an attachment', ['pdf-embedded-file'], (s) =>
    pdfWith(s.good, '/OpenAction<</S/URI/URI(https://example.com)>>'),
  ),
  active('docx: a template from elsewhere', ['office-remote-template'], template),
  active('docx: an object from elsewhere', ['office-external-ole'], () =>
    docxWith({ 'word/_rels/document.xml.rels': relationTo('oleObject', 'mhtml:https://example.com/a.html!x-usc:b') }),
  ),
  active('docx: a frame from elsewhere', ['office-external-link'], () =>
    docxWith({ 'word/_rels/webSettings.xml.rels': relationTo('frame', '\\\\example.com\\a\\b.docx') }),
  ),
  active('docx: a web page that is imported', ['office-html-chunk'], () =>
    docxWith(
      {
        'word/afchunk.mht': 'MIME-Version: 1.0\nContent-Type: text/html\n\n<script>1</script>',
        'word/_rels/document.xml.rels': relationTo('aFChunk', 'afchunk.mht', ''),
      },
      '<Default Extension="mht" ContentType="message/rfc822"/>',
    ),
  ),
  active('docx: an object', ['office-ole-package'], () =>
    docxWith({ 'word/embeddings/oleObject1.bin': olePackage('a.txt', Buffer.from('text')) }, OLE_TYPE),
  ),
  active('docx: what begins as an object', ['office-ole-package'], () => {
    const head = Buffer.from('d0cf11e0a1b11ae1', 'hex');
    return docxWith({ 'word/embeddings/oleObject1.bin': Buffer.concat([head, Buffer.alloc(600)]) }, OLE_TYPE);
  }),
  active('docx: a field, over several runs', ['office-dde'], () =>
    docxWith({ 'word/document.xml': field(' D', 'DEAU', 'TO c:\\\\a.exe &quot;/k&quot; ') }),
  ),
  active('xlsx: cells from another program', ['office-dde'], () =>
    xlsxWith({
      'xl/externalLinks/externalLink1.xml':
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
    }),
  ),
  active('zip: with such a document in it', ['office-remote-template'], (s) => plainZip(s.name('docx'), template())),
];

/** A script that runs when the document is opened, as macros of it would. */
export const EVENT_SCRIPT =
  '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="vnd.sun.star.script:a.py$b(1)?language=Python&amp;location=share"/></office:event-listeners></office:scripts></office:document-content>';

export const eventScript = (): Buffer => odtWith(Buffer.from(EVENT_SCRIPT), 'manifest:', false);
