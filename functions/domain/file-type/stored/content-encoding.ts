/** How the content is encoded; `other` in a way that nobody here decodes, whatever browsers do. */
export type ContentEncoding = 'none' | 'gzip' | 'other';

/** `aws-chunked` is of the upload, `utf-8` a mistake that changes nothing. */
const NOTHING = new Set(['', 'identity', 'aws-chunked', 'utf-8']);
const GZIP = new Set(['gzip', 'x-gzip']);

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-8.4 */
export function contentEncoding(header: string | null): ContentEncoding {
  const codings = (header ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => !NOTHING.has(coding));
  const [coding, another] = codings;
  if (coding === undefined) return 'none';
  return GZIP.has(coding) && another === undefined ? 'gzip' : 'other';
}
