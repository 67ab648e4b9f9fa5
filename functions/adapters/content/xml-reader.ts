import { MIMEType } from 'whatwg-mimetype';
import { decodeText, type Part } from '../../domain/file-type/text/text.ts';
import type { XmlContent } from '../../domain/file-type/xml/xml-content.ts';
import { openXml, type XmlDocument } from '../../domain/file-type/xml/xml-document.ts';
import { type ObjectBytes, XML_READ_LIMITS } from './object-bytes.ts';

/**
 * What a parser finds in the object; null when `text`, what was read of it as text, does not begin as XML. The rest is
 * read in ranges up to the end or the first error; of XML over XML_READ_LIMITS nothing more is read.
 */
export async function readXml(bytes: ObjectBytes, text: readonly Part[]): Promise<XmlContent | null> {
  const [first] = text;
  if (first === undefined) return null;
  const decoded = decodeText([first], bytes.size);
  const charset = MIMEType.parse(bytes.headers.contentType ?? '')?.parameters.get('charset') ?? null;
  const document = decoded === null ? null : openXml(decoded.text, first.bytes, charset);
  if (document === null) return null;
  document.write(first.bytes);
  if (bytes.size > XML_READ_LIMITS.bytes) return document.finish(false);
  await readRest(bytes, first.bytes.length, document);
  return document.finish(true);
}

async function readRest(bytes: ObjectBytes, start: number, document: XmlDocument): Promise<void> {
  for (let at = start; at < bytes.size && !document.stopped; at += XML_READ_LIMITS.range) {
    document.write(await bytes.readOnce(at, XML_READ_LIMITS.range));
  }
}
