import type { Content } from './content.ts';
import { startsAsZip } from './zip-directory.ts';

/**
 * Files that are two things at once. The engine scans them by their head; a reader that looks at the tail, or is
 * given another type, sees something else. They are never made by accident, so they are refused as a mismatch, even
 * when both types are allowed.
 */
const ARCHIVE = /^application\/(?:zip|x-tar|gzip|x-bzip2|x-xz|x-7z-compressed|x-rar-compressed|zstd)$/;
const MEDIA = /^(?:image|audio|video)\//;

/** The other type that this content can be read as; null when there is none. */
export function otherType({ head, tail, zip }: Content, type: string): string | null {
  const isZip = startsAsZip(head);
  // Java, Python, 7-Zip and Info-ZIP find the archive from the end, whatever comes before it. A tar may legitimately
  // contain one at its end, but has zeros after it.
  if (zip !== null && !isZip && (zip.atEnd || !ARCHIVE.test(type))) return 'application/zip';
  const start = latin1(head);
  const end = latin1(tail);
  if (type !== 'application/pdf' && isPdf(start, isZip ? end.slice(end.lastIndexOf('PK\x05\x06')) : end)) {
    return 'application/pdf';
  }
  if (MEDIA.test(type) && isScriptComment(start, end)) return 'text/javascript';
  if (isZip || ARCHIVE.test(type)) return null;
  return embeddedMarkup(start) ?? embeddedMarkup(end);
}

/**
 * Acrobat accepts a header anywhere in the first 1,024 bytes, and needs the end mark in the last. A zip may store a
 * PDF as its first entry: there, only an end mark after the directory counts.
 */
function isPdf(head: string, tail: string): boolean {
  return head.slice(0, 1029).includes('%PDF-') && tail.slice(-1029).includes('%%EOF');
}

/** `GIF89a/*`, `BM/*`, `RIFF/*`, `ÿØÿà/*`: the magic number is an identifier, the image a comment. */
function isScriptComment(head: string, tail: string): boolean {
  const magic = head.slice(0, 10);
  const open = magic.indexOf('/*');
  return open > 1 && !magic.slice(0, open).includes('\0') && (head.includes('*/', open + 2) || tail.includes('*/'));
}

/** Image comments are where web shells hide. `<%` alone occurs by chance in compressed data. */
function embeddedMarkup(bytes: string): string | null {
  if (/<\?php[\s(]/i.test(bytes)) return 'application/x-httpd-php';
  return /<script[\s/>]|<html[\s/>]|<iframe[\s/>]/i.test(bytes) ? 'text/html' : null;
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
