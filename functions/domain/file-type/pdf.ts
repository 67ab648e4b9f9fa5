import { sniffActiveContent } from './text/active-content.ts';

const PDF = 'application/pdf';

/** Bytes that readers skip to find a header: a byte order mark, a blank, a form's field, a printer's job. */
const SKIPPED_BYTES = 1024;
const HEADER = '%PDF-';
/** On a line that is no comment. */
const OBJECT = /(?:^|[\r\n])[^%\r\n]*?\d{1,10}\s{1,8}\d{1,5}\s{1,8}obj\b/;

/**
 * What a document whose head this is would be: a PDF, or what the text in front of it begins as; null when there is no
 * header. Behind other bytes, a header counts only if an object follows: a text may quote one.
 */
export function pdfTypeOf(head: Uint8Array): string | null {
  const text = latin1(head);
  const at = headerOf(text);
  if (at === -1 || (at > 0 && !OBJECT.test(text.slice(at)))) return null;
  return (at > 0 ? sniffActiveContent(text.slice(0, at)) : null) ?? PDF;
}

/** Whether the head has a PDF's header where a reader accepts it. */
export function hasPdfHeader(head: Uint8Array): boolean {
  return headerOf(latin1(head)) !== -1;
}

/**
 * Whether markup stands between a PDF's beginning and its first object, where nothing but comments is honest: such a
 * PDF is a page as well. `<</` opens a dictionary.
 */
export function hasMarkupBeforeObjects(head: Uint8Array): boolean {
  const text = latin1(head);
  const object = text.search(OBJECT);
  return /<[a-z!?]|(?<!<)<\//i.test(object === -1 ? text : text.slice(0, object));
}

function headerOf(text: string): number {
  return text.slice(0, SKIPPED_BYTES + HEADER.length).indexOf(HEADER);
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
