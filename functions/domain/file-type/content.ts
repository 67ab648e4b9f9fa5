import type { StoredHeaders } from '../ports.ts';
import { isBinaryStl, magicTypeOf } from './magic-numbers.ts';
import { type CompoundFile, typeOfCompoundFile } from './office/compound-file.ts';
import { typeOfRichText } from './office/rich-text.ts';
import { typeOfZip, type ZipContent } from './office/zip-content.ts';
import { startsAsZip } from './office/zip-directory.ts';
import { pdfTypeOf } from './pdf.ts';
import { sniffActiveContent } from './text/active-content.ts';
import { decodeText, type Part } from './text/text.ts';
import { typeByName } from './types/extensions.ts';
import { canonicalType } from './types/type-aliases.ts';
import type { XmlContent } from './xml/xml-content.ts';
import { typeOfText } from './xml/xml-type.ts';

/** What was read of an object to detect its type. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** What the uploader says about it. */
  readonly headers: StoredHeaders;
  /** Whether all of this is about the content as browsers decode it. */
  readonly encoded: boolean;
  /** The Content-Encoding that cannot be decoded, or not within limits; null when there is none. */
  readonly encodingFault: string | null;
  /** The type by magic bytes; null when none matches. */
  readonly detected: { readonly type: string; readonly extension: string } | null;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** The whole content, or samples of it in order from 0; empty when the head is not text. */
  readonly text: readonly Part[];
  /** What a parser found; null when the content does not begin as XML. */
  readonly xml: XmlContent | null;
  /** Null when no central directory ends the object. */
  readonly zip: ZipContent | null;
  /** Null for anything but a consistent OLE compound file that could be read within the limits. */
  readonly directory: CompoundFile | null;
}

export const EMPTY = 'application/x-empty';
export const UNKNOWN = 'application/octet-stream';

/** Text formats that have a magic number. */
const TEXTUAL = new Set([
  'application/pdf',
  'application/rtf',
  'application/postscript',
  'application/eps',
  'application/x-ms-regedit',
  'application/pgp-encrypted',
  'text/calendar',
  'text/vcard',
  'text/vtt',
]);

const ZIP = 'application/zip';

const XML = 'application/xml';

/** Bytes; binary content that is shorter may have no control by chance. */
const SHORT = 128;

/**
 * The media type of the content. Text wins over magic bytes of two to four letters: a "BMP" or "MP3" that is text
 * throughout is not one (UTF-16's byte order mark looks like an MPEG frame). For inert text, the extension decides
 * the kind.
 */
export function typeOf(content: Content, extension: string | null): string {
  const type = typeOfContent(content, extension);
  return type === 'application/rtf' ? typeOfRichText(content.text, content.size) : typeByName(type, extension);
}

function typeOfContent(content: Content, extension: string | null): string {
  if (content.size === 0) return EMPTY;
  const magic = content.detected === null ? null : canonicalType(content.detected.type);
  const textual = magic !== null && TEXTUAL.has(magic) ? magic : null;
  const text = textOf(content, magic !== null && magic !== XML && textual === null);
  const told = magicTypeOf(content.head) ?? magic ?? (isBinaryStl(content.head, content.size) ? 'model/stl' : UNKNOWN);
  if (text !== null || told === UNKNOWN || textual !== null) {
    const pdf = startsAsZip(content.head) ? null : pdfTypeOf(content.head);
    if (pdf !== null) return pdf;
  }
  if (text !== null) return sniffActiveContent(text) ?? textual ?? typeOfText(content.xml, extension);
  if (magic === XML) return UNKNOWN; // UTF-16 without a byte order mark.
  if (startsAsZip(content.head)) return zipType(content.zip, told);
  return told === 'application/x-cfb' ? typeOfCompoundFile(content.directory) : told;
}

function textOf({ text: parts, size }: Content, hasMagic: boolean): string | null {
  const decoded = decodeText(parts, size);
  return decoded === null || (hasMagic && !decoded.unicode && size < SHORT) ? null : decoded.text;
}

/** A document counts as one only if its central directory agrees; dangerous by either means dangerous. */
function zipType(zip: ZipContent | null, told: string): string {
  const fromDirectory = zip === null ? ZIP : typeOfZip(zip);
  if (fromDirectory !== ZIP) return fromDirectory;
  return /openxmlformats|opendocument|epub/.test(told) ? ZIP : told;
}
