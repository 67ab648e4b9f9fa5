/** Content in which a script stands where a browser may find it; `script` is JavaScript without quotes or markup. */
export type Body = (script: string) => Buffer;

const text =
  (write: (script: string) => string, encoding: BufferEncoding = 'utf8'): Body =>
  (script) =>
    Buffer.from(write(script), encoding);

const XHTML = 'http://www.w3.org/1999/xhtml';
const SVG = 'http://www.w3.org/2000/svg';
const DECLARATION = '<?xml version="1.0"?>\n';

export const BODIES: Readonly<Record<string, Body>> = {
  'a page': text((script) => `<!DOCTYPE html><html><script>${script}</script></html>`),
  'a page behind prose': text((script) => `Notes\n<script>${script}</script>\n`),
  'an event handler behind prose': text((script) => `Notes\n\n<img src=x: onerror="${script}">\n`),
  'a handler whose attributes hold brackets': text((script) => `a,b\n1,<img alt="<>" src=x: onerror="${script}">\n`),
  'markup that ends where escapes of ISO-2022-JP begin': text(
    (script) => `Notes\n<scr\x1b(Bipt>${script}</scr\x1b(Bipt>\n`,
  ),
  'Markdown that begins with a tag': text(
    (script) => `<p align="center">\n<img src=x: onerror="${script}">\n</p>\n# T\n`,
  ),
  'an SVG image': text((script) => `<svg xmlns="${SVG}"><script>${script}</script></svg>`),
  'XML with an element of XHTML': text(
    (script) => `${DECLARATION}<r xmlns:h="${XHTML}"><h:script>${script}</h:script></r>`,
  ),
  'XML with an element of SVG': text((script) => `${DECLARATION}<r><script xmlns="${SVG}">${script}</script></r>`),
  'XML with a namespace by references': text(
    (script) => `${DECLARATION}<r xmlns:s="http://www.w3.org/2000/sv&#x67;"><s:script>${script}</s:script></r>`,
  ),
  'XML with a namespace by default of its DTD': text(
    (script) =>
      `${DECLARATION}<!DOCTYPE r [<!ATTLIST script xmlns CDATA #FIXED "${XHTML}">]>\n<r><script>${script}</script></r>`,
  ),
  'XML that breaks off behind the script': text(
    (script) => `${DECLARATION}<r xmlns:h="${XHTML}"><h:script>${script}</h:script>`,
  ),
  'XML in UTF-16': text(
    (script) => `\ufeff<?xml version="1.0" encoding="utf-16"?><script xmlns="${XHTML}">${script}</script>`,
    'utf16le',
  ),
  'harmless XML': text(() => `${DECLARATION}<r><item on="1"/></r>`),
  'a mail with a page': text(
    (script) => `MIME-Version: 1.0\nContent-Type: text/html\n\n<html><script>${script}</script></html>\n`,
  ),
  'a page in parts': text((script) => `--b\r\nContent-Type: text/html\r\n\r\n<script>${script}</script>\r\n--b--\r\n`),
};

export const STORED_TYPES: readonly (string | null)[] = [
  'text/html',
  'TEXT/HTML; charset=utf-8',
  'text/html;charset=iso-2022-jp',
  'text/html;charset=utf-16le',
  'text/html x',
  'text/plain, text/html',
  'text/html, text/plain',
  'application/xhtml+xml',
  'text/xml',
  'application/xml; charset=utf-8',
  'image/svg+xml',
  'text/xsl',
  'application/atom+xml',
  'application/rdf+xml',
  'application/mathml+xml',
  'application/vnd.wap.xhtml+xml',
  'multipart/x-mixed-replace; boundary=b',
  'multipart/related; boundary=b',
  'message/rfc822',
  null,
  '',
  '*/*',
  'unknown/unknown',
  'application/unknown',
  'foo',
  'text',
  'text/plain',
  'text/plain;charset=iso-2022-jp',
  'text/csv',
  'text/markdown',
  'text/calendar',
  'text/javascript',
  'text/css',
  'application/json',
  'application/yaml',
  'application/pdf',
  'image/png',
  'video/mp4',
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-www-form-urlencoded',
];
