import { extraField, FLAG, u64, type ZipMember, zipOf } from '../containers/zip.ts';

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** `[Content_Types].xml` of a text document, with more of it. */
export const contentTypes = (
  more = '',
  main = `${OPEN_XML}.wordprocessingml.document.main+xml`,
  part = '/word/document.xml',
): string =>
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  `<Default Extension="xml" ContentType="application/xml"/>${more}<Override PartName="${part}" ContentType="${main}"/></Types>`;

export const relationships = (...types: ReadonlyArray<readonly [type: string, target: string]>): string =>
  `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${types
    .map(
      ([type, target], index) =>
        `<Relationship Id="r${index}" Type="${type.startsWith('http') ? type : `${RELATIONS}/${type}`}" Target="${target}"/>`,
    )
    .join('')}</Relationships>`;

export type Parts = Readonly<Record<string, string>>;

export const DOCX: Parts = {
  '[Content_Types].xml': contentTypes(),
  '_rels/.rels': relationships(['officeDocument', 'word/document.xml']),
  'word/document.xml': '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>',
};

export const XLSX: Parts = {
  '[Content_Types].xml': contentTypes('', `${OPEN_XML}.spreadsheetml.sheet.main+xml`, '/xl/workbook.xml'),
  'xl/workbook.xml': '<workbook/>',
};

export const openDocument = (kind: string, more: Parts = {}): Parts => ({
  mimetype: `application/vnd.oasis.opendocument.${kind}`,
  'content.xml': '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
  'META-INF/manifest.xml': '<manifest/>',
  ...more,
});

export const membersOf = (parts: Parts, over: Partial<ZipMember> = {}): ZipMember[] =>
  Object.entries(parts).map(([name, content]) => ({ name, content: Buffer.from(content), ...over }));

export const packageOf = (parts: Parts, over: Partial<ZipMember> = {}): Buffer => zipOf(membersOf(parts, over));

/** As writers of streams leave it: lengths behind the data. */
export const streamed = (parts: Parts): Buffer => packageOf(parts, { flags: FLAG.descriptor });

/** Every length and offset in 64 bits, though none needs them. */
export function package64(parts: Parts): Buffer {
  const large = 0xffffffff;
  let offset = 0;
  const members = membersOf(parts, { method: 0 }).map((member) => {
    const { length } = member.content;
    const local = { size: large, compressedSize: large, extra: extraField(1, u64(length, length)) };
    const central = {
      size: large,
      compressedSize: large,
      offset: large,
      extra: extraField(1, u64(length, length, offset)),
    };
    offset += 30 + member.name.length + local.extra.length + length;
    return { ...member, local, central };
  });
  return zipOf(members, { zip64: true });
}
