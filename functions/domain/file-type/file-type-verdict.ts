import { FINDINGS } from '../findings.ts';
import type { ScanPolicy } from '../scan-policy.ts';
import { type Content, EMPTY, typeOf, UNKNOWN } from './content.ts';
import { otherType } from './polyglot.ts';
import { savedNames } from './stored/content-disposition.ts';
import { storedTypeFault } from './stored/stored-type-verdict.ts';
import { allowsEverything, isAllowed } from './types/allowlist.ts';
import { agrees, isKnownExtension } from './types/extensions.ts';
import { extensionOf } from './types/key-extension.ts';

/** The part of the policy that decides about types. */
export type FileTypePolicy = Pick<ScanPolicy, 'allowedTypes' | 'inertTypes' | 'xmlStylesheets'>;

/** The content's media type; `finding` is null when it is allowed. */
export interface FileTypeVerdict {
  readonly type: string;
  readonly finding: string | null;
}

/**
 * Three witnesses must agree: the content, its names (the key and whatever Content-Disposition calls it) and the stored
 * Content-Type, which decides what a browser makes of it. The rules: docs/file-types.md.
 * - A name without extension says nothing; one with an extension that is not among the type's is a mismatch, an unknown
 * one too: nobody knows what opens it.
 * - A polyglot is a mismatch with the other type it can be read as.
 * - `*` allows every type and every unknown extension; one that claims another type stays a mismatch.
 */
export function judgeFileType(content: Content, key: string, policy: FileTypePolicy): FileTypeVerdict {
  const { headers } = content;
  const names = namesOf(key, content);
  const type = typeOf(content, names[0]?.extension ?? null);
  const refused = (finding: string | null) => ({ type, finding });

  if (content.encodingFault !== null) return refused(FINDINGS.contentEncoding(content.encodingFault));
  if (headers.websiteRedirect !== null) return refused(FINDINGS.websiteRedirect);
  if (type === EMPTY) return refused(null);
  const any = allowsEverything(policy.allowedTypes);
  if (!any && !isAllowed(type, policy.allowedTypes)) return refused(FINDINGS.type(type));

  const other = any ? null : otherType(content, type);
  if (other !== null) return refused(mismatch(names[0]?.extension ?? null, other));
  const wrong = names.find((name) => !fits(name, type, content, any));
  if (wrong !== undefined) return refused(mismatch(wrong.extension, type));
  const extensions = names.flatMap(({ extension }) => extension ?? []);
  return refused(storedTypeFault(content, type, extensions, policy));
}

interface Name {
  readonly extension: string | null;
  /** False for what only some readers call it. */
  readonly certain: boolean;
}

/** The key's own name first. */
function namesOf(key: string, { headers, encoded }: Content): Name[] {
  const saved = savedNames(headers.contentDisposition).map(({ name, certain }) => ({
    name: name.replaceAll('\\', '/'),
    certain,
  }));
  return [{ name: key, certain: true }, ...saved].map(({ name, certain }) => ({
    // What is stored as `data.json.gz` may be handed out as `data.json`.
    extension: extensionOf(encoded ? name.replace(/\.gz$/i, '') : name),
    certain,
  }));
}

function fits({ extension, certain }: Name, type: string, { detected }: Content, any: boolean): boolean {
  if (extension === null || agrees(extension, type, detected?.extension)) return true;
  if (!certain && !isKnownExtension(extension)) return true;
  return any && (!isKnownExtension(extension) || type === UNKNOWN);
}

function mismatch(extension: string | null, type: string): string {
  return extension === null ? FINDINGS.type(type) : FINDINGS.extensionMismatch(extension, type);
}
