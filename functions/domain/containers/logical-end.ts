import type { ByteSource } from './byte-source.ts';

const EXECUTABLES = [
  'MZ',
  '\x7fELF',
  '#!',
  '\xfe\xed\xfa\xce',
  '\xfe\xed\xfa\xcf',
  '\xce\xfa\xed\xfe',
  '\xcf\xfa\xed\xfe',
  '\xca\xfe\xba\xbe',
];
const PDF_END_BYTES = 1024 * 1024;

/** Programs and scripts, which may carry an archive that they extract themselves. */
export function isExecutable(head: Buffer): boolean {
  return EXECUTABLES.some((magic) => head.toString('latin1', 0, magic.length) === magic);
}

/**
 * Where foreign content may begin. PDF files hold archives as attachments, so only what follows their last end counts;
 * other formats have no reason to hold one anywhere.
 */
export async function contentEnd(source: ByteSource, head: Buffer): Promise<number> {
  if (!head.subarray(0, 1024).includes('%PDF-')) return 0;
  const start = Math.max(0, source.size - PDF_END_BYTES);
  const at = (await source.read(start, source.size)).lastIndexOf('%%EOF');
  return at < 0 ? 0 : start + at;
}
