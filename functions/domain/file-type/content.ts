import type { StoredHeaders } from '../ports.ts';
import { sniffActiveContent } from './active-content.ts';
import { type CompoundFile, typeOfCompoundFile } from './compound-file.ts';
import { textTypeOf, typeByName } from './extensions.ts';
import { isBinaryStl, magicTypeOf } from './magic-numbers.ts';
import { typeOfRichText } from './rich-text.ts';
import { decodeText, type Part } from './text.ts';
import { canonicalType } from './type-aliases.ts';
import { typeOfZip, type ZipContent } from './zip-content.ts';
import { startsAsZip } from './zip-directory.ts';

/** What was read of an object to detect its type. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** What the uploader says about it. */
  readonly headers: StoredHeaders;
  /** The type by magic bytes; null when none matches. */
  readonly detected: { readonly type: string; readonly extension: string } | null;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** The whole content, or samples of it in order from 0; empty when the head is not text. */
  readonly text: readonly Part[];
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
  const text = decodeText(content.text, content.size);
  if (text !== null) {
    const textual = magic !== null && TEXTUAL.has(magic) ? magic : null;
    return (textual === 'application/pdf' ? null : sniffActiveContent(text)) ?? textual ?? xmlType(text, extension);
  }
  if (magic === 'application/xml') return UNKNOWN; // In an encoding that cannot be inspected.
  const told = magicTypeOf(content.head) ?? magic ?? (isBinaryStl(content.head, content.size) ? 'model/stl' : UNKNOWN);
  if (startsAsZip(content.head)) return zipType(content.zip, told);
  return told === 'application/x-cfb' ? typeOfCompoundFile(content.directory) : told;
}

function xmlType(text: string, extension: string | null): string {
  return text.trimStart().startsWith('<?xml') ? 'application/xml' : textTypeOf(extension);
}

/** A document counts as one only if its central directory agrees; dangerous by either means dangerous. */
function zipType(zip: ZipContent | null, told: string): string {
  const fromDirectory = zip === null ? ZIP : typeOfZip(zip);
  if (fromDirectory !== ZIP) return fromDirectory;
  return /openxmlformats|opendocument|epub/.test(told) ? ZIP : told;
}
