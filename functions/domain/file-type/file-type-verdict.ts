import { FINDINGS } from '../findings.ts';
import type { ScanPolicy } from '../scan-policy.ts';
import { allowsEverything, isAllowed } from './allowlist.ts';
import { type Content, EMPTY, typeOf, UNKNOWN } from './content.ts';
import { agrees, isKnownExtension } from './extensions.ts';
import { extensionOf } from './key-extension.ts';
import { otherType } from './polyglot.ts';

/** The part of the policy that decides about types. */
export type FileTypePolicy = Pick<ScanPolicy, 'allowedTypes' | 'inertTypes' | 'xmlStylesheets'>;

/** The content's media type; `finding` is null when it is allowed. */
export interface FileTypeVerdict {
  readonly type: string;
  readonly finding: string | null;
}

/**
 * Content decides, the extension must agree; the rules: docs/file-types.md.
 * - A key without extension is judged by content alone.
 * - An extension that is not among the type's extensions is a mismatch, an unknown one too: nobody knows what opens
 * it.
 * - A polyglot is a mismatch with the other type it can be read as.
 * - `*` allows every type and every unknown extension; one that claims another type stays a mismatch.
 */
export function judgeFileType(content: Content, key: string, { allowedTypes }: FileTypePolicy): FileTypeVerdict {
  const extension = extensionOf(key);
  const type = typeOf(content, extension);
  if (type === EMPTY) return { type, finding: null };
  const any = allowsEverything(allowedTypes);
  if (!any && !isAllowed(type, allowedTypes)) return { type, finding: FINDINGS.type(type) };

  const other = any ? null : otherType(content, type);
  if (other !== null) return { type, finding: mismatch(extension, other) };

  if (extension === null || agrees(extension, type, content.detected?.extension)) return { type, finding: null };
  const silent = any && (!isKnownExtension(extension) || type === UNKNOWN);
  return { type, finding: silent ? null : mismatch(extension, type) };
}

function mismatch(extension: string | null, type: string): string {
  return extension === null ? FINDINGS.type(type) : FINDINGS.extensionMismatch(extension, type);
}
