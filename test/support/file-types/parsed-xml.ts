import type { XmlContent } from '../../../functions/domain/file-type/xml/xml-content.ts';
import { openXml } from '../../../functions/domain/file-type/xml/xml-document.ts';

/** What a parser finds in all of these bytes, which arrive `step` at a time. */
export function parsedXml(content: string | Uint8Array, charset: string | null = null, step = 1 << 24): XmlContent {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const begin = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : 'latin1');
  const document = openXml(begin.decode(bytes.subarray(0, 64)).replace(/^ï»¿/, ''), bytes.subarray(0, 65_536), charset);
  if (document === null) throw new Error('does not begin as XML');
  for (let at = 0; at < bytes.length && !document.stopped; at += step) document.write(bytes.subarray(at, at + step));
  return document.finish(true);
}
