import type { Content } from './content.ts';
import { startsAsZip } from './zip-directory.ts';

/*
 * Files that are two things at once. The engine scans them as what they are by their head; a reader that
 * goes by the tail, or is told another type, sees something else. Nobody makes one by accident, so they are
 * refused, as a mismatch, even when both types are allowed.
 */
const ARCHIVE = /^application\/(?:zip|x-tar|gzip|x-bzip2|x-xz|x-7z-compressed|x-rar-compressed|zstd)$/;
const MEDIA = /^(?:image|audio|video)\//;

/** The other type that this content passes for, null when it is one thing only. */
export function otherType({ head, tail, zip }: Content, type: string): string | null {
  const isZip = startsAsZip(head);
  // Java, Python, 7-Zip and Info-ZIP find the archive from the end, whatever stands before it.
  // A tar may hold one at its end by right, but has zeros after it.
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
 * Acrobat takes a header anywhere in the first 1,024 bytes, and wants the end mark in the last. A zip may well
 * store a PDF as its first entry: there, only an end mark behind the directory counts.
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
