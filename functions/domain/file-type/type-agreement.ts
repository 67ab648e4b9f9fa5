import mimeTypes from 'mime-db';
import { sameFamily } from './families.ts';
import { canonicalType } from './media-types.ts';

/** Inert types that programs store for an extension, beside those that are registered for it. */
const USUAL_FOR_EXTENSION: Readonly<Record<string, readonly string[]>> = {
  // What Windows says where Excel is installed.
  csv: ['application/vnd.ms-excel', 'text/comma-separated-values', 'text/x-comma-separated-values', 'text/x-csv'],
  tgz: ['application/x-tar', 'application/x-gtar', 'application/x-tgz', 'application/x-compressed-tar'],
  gz: ['application/x-tar', 'application/x-gtar', 'application/x-compressed-tar'],
  rar: ['application/x-compressed'],
  '7z': ['application/x-compressed'],
};

/**
 * Whether a stored type that no browser runs names the content: it is the content's own, one of its family, or one
 * that belongs to its name.
 *
 * @param extensions of the names of the content, which agree with it
 */
export function namesContent(stored: string, type: string, extensions: readonly string[]): boolean {
  const name = canonicalType(stored);
  if (name === canonicalType(type) || sameFamily(name, type)) return true;
  return extensions.some(
    (extension) =>
      USUAL_FOR_EXTENSION[extension]?.includes(stored) === true ||
      mimeTypes[stored]?.extensions?.includes(extension) === true,
  );
}
