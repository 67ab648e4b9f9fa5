import { DANGEROUS_BINARY_TYPES, DANGEROUS_TEXT_TYPES } from './dangerous-types.ts';
import { canonicalType, GROUPS, TEXT_TYPES } from './media-types.ts';

const TABLES = [...Object.values(GROUPS), DANGEROUS_TEXT_TYPES, DANGEROUS_BINARY_TYPES];

const EXTENSIONS_BY_TYPE = new Map<string, ReadonlySet<string>>(
  TABLES.flatMap((table) => Object.entries(table)).map(([type, extensions]) => [type, new Set(extensions)]),
);

const TEXT_TYPE_BY_EXTENSION = new Map<string, string>(
  [DANGEROUS_TEXT_TYPES, TEXT_TYPES].flatMap((table) =>
    Object.entries(table).flatMap(([type, extensions]) =>
      extensions.map((extension): [string, string] => [extension, type]),
    ),
  ),
);

const KNOWN_EXTENSIONS = new Set([...EXTENSIONS_BY_TYPE.values()].flatMap((extensions) => [...extensions]));

/** Longer ones are cut: the finding has to fit into a tag, and a key may have 1,024 bytes. */
const LONGEST_EXTENSION = 32;

/**
 * The part after the last dot of the key's last segment, lower case; null when it is empty or only digits
 * (`backup.001`, `report.2026`), which no system associates with a program.
 *
 * Parsed as by the most lenient reader: Windows drops trailing dots and spaces (`a.exe. ` runs), and
 * controls or bidirectional overrides (U+202E) are invisible, so these are removed first. `.exe` and
 * `.htaccess` count as extensions, because Windows and web servers treat them so.
 */
export function extensionOf(key: string): string | null {
  const name = key
    .slice(key.lastIndexOf('/') + 1)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[.\s]+$/u, '');
  const dot = name.lastIndexOf('.');
  if (dot === -1) return null;
  const extension = name
    .slice(dot + 1)
    .trim()
    .toLowerCase();
  if (extension === '' || /^\d+$/.test(extension)) return null;
  return [...extension].slice(0, LONGEST_EXTENSION).join('');
}

/** `detectedExtension` covers types that are in no table here. */
export function agrees(extension: string, type: string, detectedExtension?: string): boolean {
  const known = EXTENSIONS_BY_TYPE.get(canonicalType(type));
  return known === undefined ? extension === detectedExtension : known.has(extension);
}

/** Whether the extension claims a type; `.dat` claims none and cannot mismatch. */
export function isKnownExtension(extension: string): boolean {
  return KNOWN_EXTENSIONS.has(extension);
}

/** The media type of text with that extension, `text/plain` when it claims none. */
export function textTypeOf(extension: string | null): string {
  return (extension !== null && TEXT_TYPE_BY_EXTENSION.get(extension)) || 'text/plain';
}
