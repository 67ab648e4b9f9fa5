import type { Content } from './content.ts';
import { startsAsZip } from './office/zip-directory.ts';
import { hasMarkupBeforeObjects, hasPdfHeader } from './pdf.ts';
import { TEXT_TYPES } from './types/text-types.ts';

/**
 * Files that are two things at once. The engine scans them by their head; a reader that looks at the tail sees
 * something else. They are never made by accident, so they are refused as a mismatch, even when both types are
 * allowed.
 *
 * Markup and server code within an image, a sound or a film are no second thing: a browser renders what the stored
 * Content-Type says, which is judged on its own, and a server that runs the code of what is called `.png` can be given
 * that code between any two bytes, where no check of the head and tail finds it.
 */
const ARCHIVE = /^application\/(?:zip|x-tar|gzip|x-bzip2|x-xz|x-7z-compressed|x-rar-compressed|zstd)$/;
const MEDIA = /^(?:image|audio|video)\//;
const PDF = 'application/pdf';

/** The other type that this content can be read as; null when there is none. */
export function otherType({ head, tail, zip }: Content, type: string): string | null {
  const isZip = startsAsZip(head);
  // Java, Python, 7-Zip and Info-ZIP find the archive from the end, whatever comes before it. A tar may legitimately
  // contain one at its end, but has zeros after it.
  if (zip !== null && !isZip && (zip.atEnd || !ARCHIVE.test(type))) return 'application/zip';
  if (type === PDF) return hasMarkupBeforeObjects(head) ? 'text/html' : null;
  const end = latin1(tail);
  if (isAlsoPdf(head, isZip ? end.slice(end.lastIndexOf('PK\x05\x06')) : end, type)) return PDF;
  return MEDIA.test(type) && isScriptComment(latin1(head), end) ? 'text/javascript' : null;
}

/**
 * Acrobat needs the end mark in the last 1,024 bytes. A zip may store a PDF as its first entry: there, only an end mark
 * after the directory counts. A text that only quotes both is not a PDF by its objects: see pdfTypeOf.
 */
function isAlsoPdf(head: Uint8Array, tail: string, type: string): boolean {
  return !Object.hasOwn(TEXT_TYPES, type) && hasPdfHeader(head) && tail.slice(-1029).includes('%%EOF');
}

/**
 * `GIF89a/*`, `BM/*`, `RIFF/*`, `ÿØÿà/*`: the magic number is an identifier, the image a comment. A page of the same
 * site can load it as a script, whatever its policy says of scripts from elsewhere.
 */
function isScriptComment(head: string, tail: string): boolean {
  const magic = head.slice(0, 10);
  const open = magic.indexOf('/*');
  return open > 1 && !magic.slice(0, open).includes('\0') && (head.includes('*/', open + 2) || tail.includes('*/'));
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
