import mimeTypes from 'mime-db';
import { isLooserName, sameFamily } from '../types/families.ts';

/** Inert types that programs store for an extension, beside those that are registered for it. */
const USUAL_FOR_EXTENSION: Readonly<Record<string, readonly string[]>> = {
  csv: ['text/comma-separated-values', 'text/x-comma-separated-values', 'text/x-csv'],
  tgz: ['application/x-tar', 'application/x-gtar', 'application/x-compressed-tar'],
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
  if (sameFamily(stored, type) || isLooserName(stored, type)) return true;
  return extensions.some(
    (extension) =>
      USUAL_FOR_EXTENSION[extension]?.includes(stored) === true ||
      mimeTypes[stored]?.extensions?.includes(extension) === true,
  );
}
