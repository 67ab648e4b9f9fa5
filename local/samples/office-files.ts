import { zip } from './zip-files.ts';

const CONTENT_TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const VBA_PART = 'application/vnd.ms-office.vbaProject';

/** Each of these is CLEAN under its own extension where `documents` are allowed. */
export const docx = () => openXml('word/document.xml', `${OPEN_XML}.wordprocessingml.document.main+xml`);
export const xlsx = () => openXml('xl/workbook.xml', `${OPEN_XML}.spreadsheetml.sheet.main+xml`);
export const pptx = () => openXml('ppt/presentation.xml', `${OPEN_XML}.presentationml.presentation.main+xml`);
export const odt = () => zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<x/>' }, false);

/** Declares itself macro-enabled: REJECTED. */
export const docm = () =>
  openXml('word/document.xml', 'application/vnd.ms-word.document.macroEnabled.main+xml', {
    'word/vbaProject.bin': 'no macro in here',
  });

/** Declares itself a plain document but contains a macro project: REJECTED. */
export const docxWithMacros = () =>
  openXml('word/document.xml', `${OPEN_XML}.wordprocessingml.document.main+xml`, {
    'word/vbaProject.bin': 'no macro in here',
  });

/** REJECTED: a program for the Java runtime. */
export const jar = () => zip({ 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n', 'Main.class': 'not a class' });

/** REJECTED: an Android package. */
export const apk = () => zip({ 'AndroidManifest.xml': 'binary', 'classes.dex': 'not code' });

/** A minimal Open XML package: content types, the package's relationships, one main part. */
function openXml(part: string, contentType: string, more: Record<string, string> = {}): Promise<Buffer> {
  const vba = Object.keys(more).length > 0 ? `<Default Extension="bin" ContentType="${VBA_PART}"/>` : '';
  return zip({
    '[Content_Types].xml':
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="${CONTENT_TYPES}">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `${vba}<Override PartName="/${part}" ContentType="${contentType}"/></Types>`,
    '_rels/.rels':
      '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
      '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ' +
      `Target="${part}"/></Relationships>`,
    [part]: '<?xml version="1.0"?><root/>',
    ...more,
  });
}
