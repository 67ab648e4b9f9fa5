import { DANGEROUS_BINARY_TYPES, DANGEROUS_TEXT_TYPES } from './dangerous-types.ts';
import { candidates, FAMILIES, familyOf } from './families.ts';
import { GROUPS } from './media-types.ts';
import { OPTIONAL_TEXT_TYPES } from './optional-types.ts';
import { TEXT_TYPES } from './text-types.ts';
import { canonicalType } from './type-aliases.ts';

const TABLES = [...Object.values(GROUPS), DANGEROUS_TEXT_TYPES, DANGEROUS_BINARY_TYPES];

const EXTENSIONS_BY_TYPE = new Map<string, ReadonlySet<string>>(
  TABLES.flatMap((table) => Object.entries(table)).map(([type, extensions]) => [type, new Set(extensions)]),
);

const byExtension = (...tables: ReadonlyArray<Readonly<Record<string, readonly string[]>>>) =>
  new Map<string, string>(
    tables.flatMap((table) =>
      Object.entries(table).flatMap(([type, extensions]) =>
        extensions.map((extension): [string, string] => [extension, type]),
      ),
    ),
  );

const TEXT_TYPE_BY_EXTENSION = byExtension(DANGEROUS_TEXT_TYPES, OPTIONAL_TEXT_TYPES, TEXT_TYPES);
const KNOWN_EXTENSIONS = new Set([...EXTENSIONS_BY_TYPE.values()].flatMap((extensions) => [...extensions]));

/**
 * Any extension of the type, or of another type in its family. `detectedExtension` covers types that are in no table
 * here.
 */
export function agrees(extension: string, type: string, detectedExtension?: string): boolean {
  const name = canonicalType(type);
  const family = FAMILIES[familyOf(name) ?? ''] ?? [name];
  if (family.some((member) => EXTENSIONS_BY_TYPE.get(member)?.has(extension))) return true;
  return !EXTENSIONS_BY_TYPE.has(name) && extension === detectedExtension;
}

/** The type that the extension names, where the content leaves a choice: an `.m4a` of any MP4 brand is audio. */
export function typeByName(type: string, extension: string | null): string {
  if (extension === null) return type;
  return [type, ...candidates(type)].find((name) => EXTENSIONS_BY_TYPE.get(name)?.has(extension)) ?? type;
}

/** Whether the extension claims a type; `.dat` claims none and cannot mismatch. */
export function isKnownExtension(extension: string): boolean {
  return KNOWN_EXTENSIONS.has(extension);
}

/** The media type of text with that extension, `text/plain` when it claims none. */
export function textTypeOf(extension: string | null): string {
  return (extension !== null && TEXT_TYPE_BY_EXTENSION.get(extension)) || 'text/plain';
}
